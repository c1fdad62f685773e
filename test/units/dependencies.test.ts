import { afterAll, describe, expect, test } from '@jest/globals';
import { link, removeTrees } from '../helpers/tree.js';
import { codes, declared, dependencies, ETC, load, service, unitSection, USR } from './loaded.js';

afterAll(removeTrees);

describe('a list of units', () => {
  test('is split at white space', () => {
    expect(declared('u.service', ['After=a.service  b.service\tc.service'])).toEqual([
      'After=a.service',
      'After=b.service',
      'After=c.service',
    ]);
  });

  test('adds up: an empty assignment resets nothing', () => {
    expect(declared('u.service', ['After=a.service', 'After=', 'After=b.service'])).toEqual([
      'After=a.service',
      'After=b.service',
    ]);
  });

  test('adds up over drop-ins too', () => {
    const dropIn = { [`${ETC}/u.service.d/a.conf`]: unitSection('Requires=', 'Requires=b.service') };
    expect(declared('u.service', ['Requires=a.service'], dropIn)).toEqual([
      'Requires=a.service',
      'Requires=b.service',
    ]);
  });

  test('is not unquoted: each word with a quote is dropped, and it alone', () => {
    expect(declared('u.service', ['Wants="a.service b.service" c.service'])).toEqual(['Wants=c.service']);
  });

  test('has no comments in it: the words after "#" count', () => {
    expect(declared('u.service', ['Wants=a.service # b.service'])).toEqual([
      'Wants=a.service',
      'Wants=b.service',
    ]);
  });

  test('has no commas in it', () => {
    expect(declared('u.service', ['Wants=a.service,b.service c.service'])).toEqual(['Wants=c.service']);
  });

  test('is not split at a no-break space', () => {
    expect(declared('u.service', ['Wants=a.service\u00a0b.service c.service'])).toEqual(['Wants=c.service']);
  });

  test('names nothing without a suffix', () => {
    expect(declared('u.service', ['Requires=fw'])).toEqual([]);
  });

  test('names a unit once, with every place that declares it', () => {
    const unit = load(
      {
        [`${USR}/u.service`]: service('After=a.service', 'After=a.service'),
        [`${ETC}/u.service.d/x.conf`]: unitSection('After=a.service'),
      },
      'u.service',
    );
    expect(unit.dependencies).toEqual([
      {
        type: 'After',
        unit: 'a.service',
        from: [
          { file: `/${USR}/u.service`, line: 2 },
          { file: `/${USR}/u.service`, line: 3 },
          { file: `/${ETC}/u.service.d/x.conf`, line: 2 },
        ],
      },
    ]);
  });
});

test.each(
  `Requires Requisite Wants BindsTo Upholds Conflicts Before After OnFailure OnSuccess PartOf JoinsNamespaceOf
   PropagatesReloadTo ReloadPropagatedFrom PropagatesStopTo StopPropagatedFrom`.split(/\s+/),
)('%s= is a dependency', (key) => {
  expect(declared('u.service', [`${key}=a.service`])).toEqual([`${key}=a.service`]);
});

test.each([
  ['BindTo', 'BindsTo'],
  ['PropagateReloadTo', 'PropagatesReloadTo'],
  ['PropagateReloadFrom', 'ReloadPropagatedFrom'],
  ['RequiresOverridable', 'Requires'],
  ['RequisiteOverridable', 'Requisite'],
])('the old spelling %s= still works, and means %s=', (old, today) => {
  expect(declared('u.service', [`${old}=a.service`])).toEqual([`${today}=a.service`]);
});

test.each(['RequiresMountsFor=/a.service', 'RequiredBy=a.service', 'after=a.service'])(
  '%s declares no dependency in [Unit]',
  (line) => {
    expect(declared('u.service', [line])).toEqual([]);
  },
);

describe('specifiers', () => {
  test('are expanded a word at a time; a bad word never spoils the rest', () => {
    expect(
      declared('a@b.service', ['After=x%I.service y%i.service z%q.service w%%.service v%p.service']),
    ).toEqual(['After=yb.service', 'After=va.service']);
  });

  test('in a drop-in are those of the real name, also when an alias is asked for', () => {
    const tree = {
      [`${USR}/foo.service`]: service(),
      [`${ETC}/al.service`]: link(`/${USR}/foo.service`),
      [`${ETC}/foo.service.d/a.conf`]: unitSection('After=x-%p.service'),
    };
    expect(dependencies(load(tree, 'al.service'))).toEqual(['After=x-foo.service']);
  });

  test('that make a name too long drop the word', () => {
    const name = `${'a'.repeat(200)}.service`;
    expect(declared(name, ['After=%p%p.service b.service'])).toEqual(['After=b.service']);
  });
});

describe('a bare template', () => {
  test("means the instance of the unit's own instance", () => {
    expect(declared('u@i.service', ['Wants=x@.service'])).toEqual(['Wants=x@i.service']);
  });

  test("means the instance of a plain unit's own prefix", () => {
    expect(declared('u-v.service', ['Wants=x@.service'])).toEqual(['Wants=x@u-v.service']);
  });

  test('as a name in .wants means the same', () => {
    const wants = { [`${ETC}/u@i.service.wants/x@.service`]: link('/nowhere') };
    expect(declared('u@i.service', [], wants)).toEqual(['Wants=x@i.service']);
  });
});

test.each(['mount', 'slice', 'swap', 'scope', 'device', 'automount'])(
  'an instance of a %s is dropped: there are no templates of that type',
  (type) => {
    expect(declared('u.service', [`After=a@b.${type} a@.${type} b.${type}`])).toEqual([`After=b.${type}`]);
  },
);

describe('an instance that would start instances without end is dropped', () => {
  const template = (word: string): string[] =>
    dependencies(load({ [`${USR}/a@.service`]: service(`Wants=${word}`) }, 'a@1.service'));

  test.each(['a@x%i.service', 'a@%n.service', 'a@%N.service'])('%s', (word) => {
    expect(template(word)).toEqual([]);
  });

  test.each([
    ['of another template', 'b@x%i.service', 'b@x1.service'],
    ['with a name of its own', 'a@x.service', 'a@x.service'],
  ])('but not one %s', (_, word, unit) => {
    expect(template(word)).toEqual([`Wants=${unit}`]);
  });

  test('but not one that has a file of its own', () => {
    const tree = {
      [`${USR}/a@.service`]: service('Wants=a@x%i.service'),
      [`${USR}/a@x1.service`]: service(),
    };
    expect(dependencies(load(tree, 'a@1.service'))).toEqual(['Wants=a@x1.service']);
  });
});

describe('an alias', () => {
  const real = { [`${USR}/real.service`]: service(), [`${ETC}/al.service`]: link(`/${USR}/real.service`) };

  test('becomes the real name', () => {
    expect(declared('u.service', ['After=al.service'], real)).toEqual(['After=real.service']);
  });

  test('and the real name are one dependency', () => {
    expect(declared('u.service', ['After=real.service al.service'], real)).toEqual(['After=real.service']);
  });

  test('of a template becomes the instance of the real one', () => {
    const others = {
      [`${USR}/real@.service`]: service(),
      [`${ETC}/al@.service`]: link(`/${USR}/real@.service`),
    };
    expect(declared('u.service', ['After=al@x.service'], others)).toEqual(['After=real@x.service']);
  });

  test('that leads nowhere keeps its own name', () => {
    const others = { [`${ETC}/al.service`]: link(`/${USR}/gone.service`) };
    expect(declared('u.service', ['After=al.service'], others)).toEqual(['After=al.service']);
  });

  test('to a file that cannot be parsed keeps its own name', () => {
    const others = { ...real, [`${USR}/real.service`]: '[Unit\n' };
    expect(declared('u.service', ['After=al.service'], others)).toEqual(['After=al.service']);
  });

  test.each([
    ['an empty file', ''],
    ['a link to /dev/null, in an image that has no /dev/null', link('/dev/null')],
  ])('of a unit masked by %s becomes the real name', (_, mask) => {
    const others = { ...real, [`${USR}/real.service`]: mask };
    expect(declared('u.service', ['After=al.service'], others)).toEqual(['After=real.service']);
  });
});

describe('a dependency of a unit on itself is dropped', () => {
  const tree = {
    [`${USR}/u.service`]: service('After=u.service al.service b.service'),
    [`${ETC}/al.service`]: link(`/${USR}/u.service`),
  };

  test('by its name, and through an alias', () => {
    const unit = load(tree, 'u.service');
    expect(dependencies(unit)).toEqual(['After=b.service']);
    expect(codes(unit)).toEqual(['self-dependency', 'self-dependency']);
  });

  test('also when the unit is asked for by an alias', () => {
    expect(dependencies(load(tree, 'al.service'))).toEqual(['After=b.service']);
  });
});

describe('impossible dependencies are dropped:', () => {
  test('Before= on a device, while After= is kept', () => {
    expect(declared('u.service', ['Before=a.device', 'After=b.device'])).toEqual(['After=b.device']);
  });

  test.each(['slice', 'device'])('OnFailure= on a %s', (type) => {
    const tree = { [`${USR}/u.${type}`]: unitSection('OnFailure=a.service', 'OnSuccess=b.service') };
    expect(dependencies(load(tree, `u.${type}`))).not.toContain('OnFailure=a.service');
  });
});

test.each([
  ['Wants="a.service', 'bad-unit-name', 'quotes'],
  ['Wants=a.service,b.service', 'bad-unit-name', 'commas'],
  ['Wants=a', 'bad-unit-name', 'suffix'],
  ['Wants=a/b.service', 'bad-unit-name', 'not a unit name'],
  ['Wants=a%I.service', 'bad-specifier', 'specifier'],
  ['Wants=a@b.mount', 'bad-unit-name', 'mount'],
  ['Wants=u.service', 'self-dependency', 'itself'],
  ['Before=a.device', 'impossible-dependency', 'device'],
])('the word dropped from %s is named as %s, with its file and line', (line, code, text) => {
  const { problems } = load({ [`${USR}/u.service`]: service(line) }, 'u.service');
  expect(problems).toEqual([
    { code, file: `/${USR}/u.service`, line: 2, text: expect.stringContaining(text) },
  ]);
});
