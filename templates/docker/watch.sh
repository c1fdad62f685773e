#!/bin/bash
# While docker runs: when anything removes the firewall rules that dockerd wrote, this puts them back as they were, and
# touches neither docker nor a container. If that does not come out right, docker is restarted, at most twice a minute.
# With the argument "restart" it writes no rule at all: docker is restarted, and writes its rules itself.
# Sourced, it only defines its functions, so that each can be tried alone.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

quiet=0.3   # the rules are looked at once nothing has changed them for so many seconds
longest=10  # or after so many seconds in which something still does
mode=put-back
interfaces=/sys/class/net
declare -A saved=() # what iptables-save and ip6tables-save printed last
now=''              # docker's own rules among these, one per line: "iptables filter :DOCKER" or "iptables filter -A DOCKER ..."
mine=0              # how many changes this made itself that were not reported yet
own=' '             # the processes that made them; in a container the kernel gives them other numbers than bash
was=''              # the same when docker's rules were last whole; also in the file "was", for the next start

say() { printf '<%s>%s\n' "$@"; } # with the priority of syslog: 3 is an error, 4 a warning, 5 a notice
lines() { printf '%s\n' "$@"; }
milliseconds() { date +%s%3N; }
seconds_up() { cut -d . -f 1 /proc/uptime; } # no clock that somebody may set

# Docker's own chains and rules in what FAMILY-save printed, in its order. Docker's bridges are those that docker's chains
# name, now or when the rules were last whole: a flush may have left rules for them elsewhere.
dockers() {
  awk -v family="$1" '
    part == "was" { if ($4 ~ /^DOCKER/ && $4 != "DOCKER-USER") learn(); next }
    /^\*/ { table = substr($1, 2) }
    /^:DOCKER/ { line[++n] = table " " $1 }
    /^-A/ { line[++n] = table " " $0 }
    /^-A DOCKER/ && $2 != "DOCKER-USER" { learn() }
    function learn(    i) {
      for (i = 3; i < NF; i++) if ($i ~ /^-[io]$/ && $(i + 1) != "lo") bridge[$(i + 1)]
    }
    function isDockers(rule,    f, k, i) {
      k = split(rule, f)
      if (f[2] ~ /^:/ || f[3] ~ /^DOCKER/ || rule ~ / -j DOCKER/) return 1
      if (f[3] !~ /^(FORWARD|PREROUTING|OUTPUT|POSTROUTING)$/) return 0
      for (i = 4; i < k; i++) if (f[i] ~ /^-[io]$/ && f[i + 1] in bridge) return 1
      # A container that reaches its own published port; and ports on loopback, with docker 28.
      if (f[3] == "POSTROUTING" && f[4] f[6] == "-s-d" && f[5] == f[7]) return 1
      return f[1] == "raw" && rule ~ / ! -i lo .*-j DROP/
    }
    END { for (i = 1; i <= n; i++) if (isDockers(line[i])) print family, line[i] }
  ' part=was <(lines "$was") part=now <(lines "${saved[$1]:-}")
}

# Reads all rules. It fails if they cannot be read: a failed look is no look, and nothing was lost by it.
look() {
  local family text
  for family in iptables ip6tables; do
    if text=$(timeout 10 $family-save 2>/dev/null); then saved[$family]=$text
    elif [[ $family == iptables || -n ${saved[$family]+read} ]]; then return 1 # IPv6 may be off
    fi
  done
  now=$(dockers iptables; dockers ip6tables)
}

# Notes docker's rules as whole, judged by themselves alone. By rename, so that a full /run leaves the old note.
keep() {
  was=''
  now=$(dockers iptables; dockers ip6tables)
  was=$now
  { lines "$was" >was.new; } 2>/dev/null && mv was.new was
}

# The rules that were noted and are gone, as far as dockerd writes such: what an administrator may have made and taken
# away himself, in DOCKER-USER or of another shape, is not lost.
lost() {
  local shapes=':DOCKER|-A DOCKER|-j DOCKER'
  shapes+='|-A FORWARD -o [^ ]+ -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT$'
  shapes+='|-A FORWARD -i ([^ ]+) (! )?-o \2 -j (ACCEPT|DROP)$'
  shapes+='|-A POSTROUTING -s [^ ]+ ! -o [^ ]+ -j |-A POSTROUTING -o [^ ]+ -m addrtype |-A POSTROUTING -s ([^ ]+) -d \5 '
  shapes+='|-A PREROUTING -d [^ ]+ ! -i .*-j DROP$'
  lines "$was" | grep -v 'A DOCKER-USER' | grep -E "^ip6?tables [a-z]+ ($shapes)|-j DOCKER" | grep -vxFf <(lines "$now")
}

# Of rules, those that docker itself does not take away while it runs: they are for no single container, and for no
# bridge that is gone, or that an administrator made and that may outlive its network.
lasting() {
  local rule
  while IFS= read -r rule; do
    [[ $rule =~ (/32|/128|--dport|--to-dest) ]] && continue
    if [[ $rule =~ ' '-[io]' '([^ ]+) ]]; then
      [[ -e $interfaces/${BASH_REMATCH[1]} && ${BASH_REMATCH[1]} =~ ^(docker0|br-[0-9a-f]{12})$ ]] || continue
    fi
    lines "$rule"
  done
}

within() { ! lines "$1" | grep -vxFf <(lines "$2") | grep -q .; } # whether each line of one text is in another

# Whether rules are for the ports and the networks that docker has now; 2 if docker does not say, which is trusted.
agrees() {
  local rules=$1 ids bridges published ports name
  ids=$(timeout 9 docker ps -q) && bridges=$(timeout 9 docker network ls -q -f driver=bridge |
    timeout 9 xargs -r docker network inspect -f \
      '{{index .Options "com.docker.network.bridge.name"}} br-{{printf "%.12s" .Id}}') || return 2
  # shellcheck disable=SC2016 # the variables are those of docker's template
  published=$(lines "$ids" | timeout 9 xargs -r docker inspect -f \
    '{{range $port, $all := .NetworkSettings.Ports}}{{range $all}}{{.HostIp}} {{$port}} {{.HostPort}}
{{end}}{{end}}' | awk 'NF == 3 && $3 > 0')
  ports=$(lines "$rules" | sed -nE 's#.* -A DOCKER .*-p ([a-z]+) .*--dport ([0-9]+) .*-j DNAT .*:([0-9]+)$#\3/\1 \2#p')
  within "$ports" "$(lines "$published" | cut -d ' ' -f 2-)" || return 1
  within "$(lines "$published" | grep -v ^: | cut -d ' ' -f 2-)" "$ports" || return 1
  for name in $bridges; do
    [[ ! -e $interfaces/$name || $rules == *" $name "* ]] || return 1
  done
  for name in $(lines "$rules" | grep ' -A DOCKER' | grep -v DOCKER-USER | grep -oE ' -[io] [^ ]+' | cut -d ' ' -f 3); do
    [[ $name == lo || " ${bridges//$'\n'/ } " == *" $name "* ]] || return 1
  done
} 2>/dev/null

# Whether docker's rules in force are what docker needs, or come to be so within 5 s, since it may be at work.
right() {
  local status
  for _ in 1 2 3 4 5; do
    sleep 1
    look || continue
    agrees "$now"; status=$?
    ((status == 1)) || return 0
    [[ -z $(lost | lasting) ]] || return 0 # wiped once more: the next look sees to it
  done
  return 1
}

# What FAMILY-restore --noflush has to read. Docker's chains are written anew, save for a DOCKER-USER in which somebody has
# put rules by now (dockerd itself puts a RETURN there). Docker's rules in other chains go where dockerd puts them: in filter
# before all others, else behind them, save for -o BRIDGE. The last two of five tries leave DOCKER-USER empty, since a rule in
# it may jump to a chain that is gone; an earlier try may also fail because somebody else writes at that moment.
restoration() {
  awk -v family="$1" -v try="$2" '
    $1 != family { next }
    part == "now" { has[$0]; if ($4 == "DOCKER-USER" && !(NF == 6 && $6 == "RETURN")) users = 1; next }
    $2 != table { if (table) print "COMMIT"; table = $2; print "*" table; for (chain in at) delete at[chain] }
    / :DOCKER-USER$| -A DOCKER-USER / && users || $4 == "DOCKER-USER" && try > 3 { next }
    $3 ~ /^:/ { print $3 " - [0:0]"; next }
    { rule = substr($0, index($0, " -A ") + 4) }
    $4 ~ /^DOCKER/ { print "-A " rule; next }
    NF == 6 && $4 == "FORWARD" && $0 in has { print "-D " rule; delete has[$0] }
    $0 in has { next }
    table != "filter" && !(/POSTROUTING/ && / -o /) { print "-A " rule; next }
    { sub(/ /, " " ++at[$4] " ", rule); print "-I " rule }
    END { if (table) print "COMMIT" }
  ' part=now <(lines "$now") part=was <(lines "$was")
}

# Restarts docker, and with it this service. Twice a minute at most: docker's own start limit must not keep it down.
restart() {
  local wait
  wait=$(($(cat restarted 2>/dev/null || echo -30) + 30 - $(seconds_up)))
  ((wait <= 0)) || { say 4 "$1; docker was restarted less than 30 s ago, so this waits for $wait s"; sleep "$wait"; }
  say 4 "$1: restarting docker"
  { seconds_up >restarted; } 2>/dev/null || sleep 30 # in a full /run nothing can be noted
  timeout 20 systemctl --no-block try-restart docker.service
  sleep 60
}

heal() {
  local family try input said problem took
  own=' '
  for try in 1 2 3 4 5; do
    problem='other rules than before'
    for family in iptables ip6tables; do
      input=$(restoration $family $try)
      [[ -n $input ]] || continue
      said=$(set -o pipefail; lines "$input" | timeout 20 $family-restore -w 10 --noflush 2>&1 | sed -n 1p) && mine=$((mine + 1))
      problem=${said:-$problem}
    done
    took=$(($(milliseconds) - first))
    look && ! lost >/dev/null && break
    sleep 0.$try
    look
  done
  if lost >/dev/null; then restart "$1, and cannot be put back ($problem)"; return; fi
  say 4 "$1; put back $took ms after the first change, docker was not restarted"
  right || restart 'docker was at work while its rules were gone'
}

check() {
  local gone
  look || return
  gone=$(lost) || { keep; return; }
  # Rules of a single container come and go with it: only docker knows whether they should be there.
  if [[ -z $(lines "$gone" | lasting) ]]; then
    if ! agrees "$was" || ! sleep 2 || ! look || ! lost >/dev/null || ! agrees "$was"; then keep; return; fi
  fi
  gone="$(lines "$gone" | grep -c .) of docker's rules were gone${who:+ (by$who)}"
  if [[ $mode == restart ]]; then restart "$gone"; else heal "$gone"; fi
}

# The rules that docker lacks when this starts: all, or those of a network, if somebody flushed in the middle of its start.
# shellcheck disable=SC2016 # the variables are those of docker's template
lacking() {
  local format name subnet
  if [[ $now != *'filter -A FORWARD -j DOCKER'* || $now != *'nat -A PREROUTING '*'-j DOCKER'* ]]; then
    lines "docker's rules"
    return
  fi
  format='{{$o := .Options}}{{if not (or .Internal (index $o "BRIDGE.gateway_mode_ipv4"))}}'
  format+='{{if ne (index $o "BRIDGE.enable_ip_masquerade") "false"}}{{or (index $o "BRIDGE.name") (printf "br-%.12s" .Id)}}'
  format+='{{range .IPAM.Config}} {{.Subnet}}{{end}}{{end}}{{end}}'
  timeout 9 docker network ls -q -f driver=bridge |
    timeout 9 xargs -r docker network inspect -f "${format//BRIDGE/com.docker.network.bridge}" |
    while read -r name subnet; do
      [[ -e $interfaces/$name && $subnet =~ ^[0-9.]+/ ]] || continue
      if ! grep -qE -e "^-A POSTROUTING -s [^ ]+ ! -o $name -j " <<<"${saved[iptables]}" ||
        ! grep -qE -e "^-A [A-Z-]*FORWARD -i $name .*-j ACCEPT" <<<"${saved[iptables]}"; then
        lines "docker's rules for $name"
      fi
    done
} 2>/dev/null

# What is known of docker's rules when this starts. A note is worth something only for the same run of docker.
begin() {
  local id tries gone
  id=$(timeout 20 systemctl show docker.service -p MainPID -p InvocationID; cksum <"$0")
  if [[ $id == "$(cat run 2>/dev/null)" ]]; then was=$(cat was 2>/dev/null); return; fi
  if grep -qsE '"iptables": *false|"firewall-backend": *"nft' /etc/docker/daemon.json ||
    grep -qszE '^--(iptables=([fF]|0)|firewall-backend=nft)' "/proc/$(sed -n 's/^MainPID=//p' <<<"$id")/cmdline"; then
    say 5 'docker writes no rules of iptables: nothing to watch'
    exit 0
  fi
  rm -f was
  for _ in {1..30}; do look && break; sleep 1; done
  [[ -n ${saved[iptables]+read} ]] || { say 3 'iptables-save fails'; exit 1; }
  gone=$(lacking | sed -n 1p)
  if [[ -z $gone ]]; then rm -f tries
  else
    tries=$(($(cat tries 2>/dev/null || echo 0) + 1))
    { echo "$tries" >tries; } 2>/dev/null
    if ((tries <= 3)); then restart "$gone are gone already"
    else say 3 "$gone are gone already, and restarting docker has not helped"
    fi
  fi
  keep
  { lines "$id" >run; } 2>/dev/null
}

# Looks whenever the rules change, and now and then. The legacy backend reports no change. NEWGEN comes for both families
# all the same with -4, without which xtables-monitor 1.8.9 ends at any rule of IPv6 that has a port.
watch() {
  local line='' end=0 every status who first pid name
  if iptables -V | grep -q nf_tables; then
    every=60
    exec 3< <(exec stdbuf -oL xtables-monitor -4 -e 2>/dev/null | grep --line-buffered NEWGEN)
  else
    every=2
    exec 3< <(exec sleep infinity)
  fi
  begin
  while :; do
    who='' first=$(milliseconds)
    while [[ $line =~ PID=([0-9]+)' 'NAME=(.*) ]]; do
      pid=${BASH_REMATCH[1]} name=${BASH_REMATCH[2]}
      if ((mine > 0)) && [[ $name == ip*tables-resto* && $own != *" $pid "* ]]; then mine=$((mine - 1)) own+="$pid "; fi
      [[ $own == *" $pid "* || $who == *" ${name}["* ]] || who+=" ${name}[$pid]"
      if ((SECONDS >= end)) || ! IFS= read -r -t $quiet line <&3; then break; fi
    done
    check
    IFS= read -r -t $every line <&3
    status=$?
    ((status == 0 || status > 128)) || { say 3 'the watch on the rules has ended'; exit 1; }
    end=$((SECONDS + longest))
  done
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  mode=${1:-put-back}
  cd "${RUNTIME_DIRECTORY:?}" || exit
  watch
fi
