# Two machines joined by a cable: PYTHON NODE MODEL TENSOR DATA, in namespaces of their own.
# Everything here is gone with the last process, nothing outside is touched.
set -eu
mount -t tmpfs none /run
ip netns add first
ip netns add second
ip link add cable0 netns first type veth peer name cable1 netns second
ip -n first address add 10.77.0.1/24 dev cable0
ip -n second address add 10.77.0.2/24 dev cable1
for node in first second; do ip -n "$node" link set lo up; done
ip -n first link set cable0 up
ip -n second link set cable1 up
[ "$#" -gt 0 ] || exit 0

python=$1 node=$2
shift 2
ip netns exec second "$python" "$node" "$@" 2 1 10.77.0.1 29500 </dev/null >joined 2>&1 &
other=$!
ip netns exec first "$python" "$node" "$@" 2 0 10.77.0.1 29500 </dev/null
wait "$other" || { cat joined; exit 1; }
cat joined
