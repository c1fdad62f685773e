import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { describeWhere, whyNoProgram } from '../helpers/where.js';
import { ask, GENERATIONS, recorded, SCRIPT, without, whyNoScript } from './script.js';

/** A bridge of docker's is there while the recorded rules name it. */
const BRIDGES =
  'interfaces=$PWD; for name in docker0 $(grep -oE "br-[0-9a-f]{12}" <<<"$WHOLE" | sort -u); do mkdir -p "$name"; done';

describeWhere(whyNoScript, 'what the watch takes for lost', () => {
  for (const docker of GENERATIONS)
    describe(`docker ${docker}`, () => {
      const whole = recorded(docker, 'whole');
      const lost = (now: string): string[] => ask({ whole, now }, 'lost');

      test('after a restart of the firewall: every rule of docker, and none of anybody else', () => {
        const gone = lost(recorded(docker, 'lost'));
        expect(gone).toContain('iptables filter -A FORWARD -j DOCKER-USER');
        expect(gone.some((line) => line.includes('-A FORWARD -o docker0'))).toBe(docker !== '28.5');
        expect(gone.filter((line) => line.includes('MASQUERADE'))).not.toEqual([]);
        expect(gone.filter((line) => /icmp|192\.0\.2\.1|--dport 22/.test(line))).toEqual([]);
      });

      test('nothing, if nothing has changed', () => {
        expect(lost(whole)).toEqual([]);
      });

      test('nothing, if the administrator removes rules of his own', () => {
        expect(lost(without(whole, /192\.0\.2\.1|203\.0\.113\.66/))).toEqual([]);
      });

      test('a single rule of docker', () => {
        expect(lost(without(whole, /-A POSTROUTING -s 172\.17\.0\.0/))).toEqual([
          'iptables nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
        ]);
      });
    });

  test('an own rule of the administrator that names docker0 is not lost', () => {
    const whole = recorded('26.1', 'whole').replace(
      '-A FORWARD -s 192.0.2.1/32 -j ACCEPT',
      '-A FORWARD -i docker0 -j DROP',
    );
    expect(ask({ whole, now: without(whole, /-i docker0 -j DROP/) }, 'lost')).toEqual([]);
  });
});

describeWhere(whyNoScript, 'which losses docker is not asked about', () => {
  const whole = recorded('26.1', 'whole');
  const lasting = (now: string): string[] => ask({ whole, now }, `${BRIDGES}; lost | lasting`);

  test('the rules of a network whose bridge is there', () => {
    expect(lasting(without(whole, /-A FORWARD -o docker0 -j DOCKER/))).toEqual([
      'iptables filter -A FORWARD -o docker0 -j DOCKER',
    ]);
  });

  test('but not those of a single container, which come and go with it', () => {
    expect(lasting(without(whole, /--dport 8080/))).toEqual([]);
  });

  test('nor those of a bridge that is gone', () => {
    expect(
      ask({ whole, now: without(whole, /docker0/) }, `${BRIDGES}; rmdir docker0; lost | lasting`).filter(
        (line) => line.includes('docker0'),
      ),
    ).toEqual([]);
  });

  test('nor those of a bridge that an administrator made, since it may outlive its network', () => {
    const own = whole.replaceAll('docker0', 'lan0');
    expect(
      ask({ whole: own, now: without(own, /lan0/) }, `${BRIDGES}; mkdir lan0; lost | lasting`).filter(
        (line) => line.includes('lan0'),
      ),
    ).toEqual([]);
  });
});

describeWhere(whyNoScript, 'what the watch writes', () => {
  for (const docker of GENERATIONS)
    test(`docker ${docker}: after a restart of the firewall, each rule once, and each table committed`, () => {
      const whole = recorded(docker, 'whole');
      const written = ask({ whole, now: recorded(docker, 'lost') }, 'restoration iptables 1');
      const noted = ask({ whole, now: whole }, 'printf "%s\\n" "$was"').filter((line) =>
        line.includes(' -A '),
      );
      expect(written.filter((line) => /^-[AI]/.test(line))).toHaveLength(noted.length);
      expect(written.filter((line) => line.startsWith('*'))).toHaveLength(
        written.filter((line) => line === 'COMMIT').length,
      );
    });

  const whole = recorded('26.1', 'whole');

  test('the rules of docker come before all others in FORWARD, in their order', () => {
    const written = ask({ whole, now: recorded('26.1', 'lost') }, 'restoration iptables 1');
    expect(written.filter((line) => line.startsWith('-I FORWARD')).slice(0, 2)).toEqual([
      '-I FORWARD 1 -j DOCKER-USER',
      '-I FORWARD 2 -j DOCKER-ISOLATION-STAGE-1',
    ]);
  });

  test('own rules of the administrator in DOCKER-USER come back too', () => {
    const written = ask({ whole, now: recorded('26.1', 'lost') }, 'restoration iptables 1');
    expect(written).toContain('-A DOCKER-USER -s 203.0.113.66/32 -j DROP');
  });

  test('and are tried three times, since a try fails too if somebody else writes at that moment', () => {
    const written = ask({ whole, now: recorded('26.1', 'lost') }, 'restoration iptables 3');
    expect(written).toContain('-A DOCKER-USER -s 203.0.113.66/32 -j DROP');
  });

  test('but not from the fourth try on: one may jump to a chain that is gone', () => {
    const written = ask({ whole, now: recorded('26.1', 'lost') }, 'restoration iptables 4');
    expect(written.filter((line) => line.startsWith('-A DOCKER-USER'))).toEqual([]);
    expect(written).toContain('-I FORWARD 1 -j DOCKER-USER');
  });

  test('a DOCKER-USER that somebody has filled meanwhile is left alone', () => {
    const now = recorded('26.1', 'lost').replace(
      '*filter\n',
      '*filter\n:DOCKER-USER - [0:0]\n-A DOCKER-USER -s 198.51.100.7/32 -j DROP\n',
    );
    const written = ask({ whole, now }, 'restoration iptables 1');
    expect(written.filter((line) => /^[:-].*DOCKER-USER/.test(line))).toEqual([
      '-I FORWARD 1 -j DOCKER-USER',
    ]);
  });

  test('but not one that dockerd itself has made anew, which has nothing but its RETURN', () => {
    const now = recorded('26.1', 'lost').replace(
      '*filter\n',
      '*filter\n:DOCKER-USER - [0:0]\n-A DOCKER-USER -j RETURN\n',
    );
    const written = ask({ whole, now }, 'restoration iptables 1');
    expect(written.filter((line) => /^[:-].*DOCKER-USER/.test(line))).toEqual([
      ':DOCKER-USER - [0:0]',
      '-I FORWARD 1 -j DOCKER-USER',
      '-A DOCKER-USER -s 203.0.113.66/32 -j DROP',
      '-A DOCKER-USER -j RETURN',
    ]);
  });

  test('a rule that is still there is not doubled', () => {
    const now = without(whole, /-A POSTROUTING -s 172\.17\.0\.0/);
    expect(
      ask({ whole, now }, 'restoration iptables 1').filter((line) => line.includes('POSTROUTING')),
    ).toEqual(['-I POSTROUTING 1 -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE']);
  });

  test('nothing at all for the other family', () => {
    expect(ask({ whole, now: recorded('26.1', 'lost') }, 'restoration ip6tables 1')).toEqual([]);
  });
});

describeWhere(whyNoScript, 'what it says was gone', () => {
  const says = (who: string): string[] =>
    ask(
      { whole: recorded('26.1', 'whole'), now: recorded('26.1', 'lost') },
      `look() { :; }; heal() { lines "$1"; }; who='${who}'; check`,
    );

  test('names the processes that changed the rules', () => {
    expect(says(' nft[412] iptables[413]')).toEqual([
      expect.stringMatching(/^\d+ of docker's rules were gone \(by nft\[412\] iptables\[413\]\)$/),
    ]);
  });

  test('names nobody if nobody was seen, as with the legacy backend', () => {
    expect(says('')).toEqual([expect.stringMatching(/^\d+ of docker's rules were gone$/)]);
  });
});

describeWhere(whyNoScript, 'a failed look', () => {
  test('is no look: nothing counts as lost by it', () => {
    const whole = recorded('26.1', 'whole');
    const broken =
      'mkdir bin; printf "#!/bin/sh\\nexit 1\\n" >bin/iptables-save; chmod +x bin/iptables-save; PATH=$PWD/bin:$PATH';
    expect(ask({ whole, now: whole }, `${broken}; look || echo failed; lost`)).toEqual(['failed']);
  });
});

describeWhere(whyNoScript, 'a dockerd whose rules are not there when the watch starts', () => {
  const starts = (argument: string): string[] =>
    ask(
      { whole: '', now: '' },
      `sh -c 'kill -STOP $$' dockerd ${argument} & dockerd=$!
      until grep -q '^State:.T' "/proc/$dockerd/status"; do sleep 0.1; done
      mkdir bin; printf '#!/bin/sh\necho MainPID=%s\n' $dockerd >bin/systemctl; chmod +x bin/systemctl
      PATH=$PWD/bin:$PATH; look() { :; }; restart() { lines "$1"; }
      (begin 2>/dev/null); kill -KILL $dockerd`,
    );

  test.each(['--iptables=false', '--iptables=0', '--firewall-backend=nftables'])(
    'writes none with %s, so there is nothing to watch',
    (argument) => {
      expect(starts(argument)).toEqual(['<5>docker writes no rules of iptables: nothing to watch']);
    },
  );

  test.each(['--iptables=true', '--debug'])('is restarted with %s', (argument) => {
    expect(starts(argument)).toEqual(["docker's rules are gone already"]);
  });
});

describeWhere(whyNoScript, 'what docker lacks when the watch starts', () => {
  /** Two networks, as docker would describe them. */
  const lacking = (now: string, networks = 'docker0 172.17.0.0/16\\n\\nbr-NEW 172.18.0.0/16'): string[] => {
    const [bridge = ''] = /br-[0-9a-f]{12}/.exec(now) ?? [];
    const docker = `case $2 in ls) echo id;; inspect) printf "${networks.replace('br-NEW', bridge)}\\n";; esac`;
    return ask(
      { whole: now, now },
      `${BRIDGES}; mkdir bin; printf '#!/bin/sh\n%s\n' '${docker}' >bin/docker; chmod +x bin/docker
      PATH=$PWD/bin:$PATH; lacking`,
    );
  };

  for (const docker of GENERATIONS)
    test(`docker ${docker}: nothing if its start was left alone, and all after a restart of the firewall`, () => {
      expect(lacking(recorded(docker, 'whole'))).toEqual([]);
      expect(lacking(recorded(docker, 'lost'))).toEqual(["docker's rules"]);
    });

  test.each([
    ['its way out', /-A POSTROUTING -s \S+ ! -o docker0 /],
    ['its rules of FORWARD', /-A FORWARD -i docker0 /],
  ])('the rules of a network, if a flush in the middle of its start took %s', (_, gone) => {
    expect(lacking(without(recorded('26.1', 'whole'), gone))).toEqual(["docker's rules for docker0"]);
  });

  test('not those of a network whose bridge is gone, or that has no addresses of IPv4', () => {
    const whole = recorded('26.1', 'whole');
    expect(lacking(whole, 'br-0123456789ab 172.30.0.0/16\\ndocker0 fd00::/64')).toEqual([]);
  });

  test('nothing if docker does not answer', () => {
    expect(lacking(recorded('26.1', 'whole'), '')).toEqual([]);
  });
});

describeWhere(whyNoProgram('shellcheck'), 'the script', () => {
  test('has nothing that shellcheck complains about', () => {
    expect(execFileSync('shellcheck', [SCRIPT], { encoding: 'utf8' })).toBe('');
  });
});
