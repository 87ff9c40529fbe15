# What the second guest does if its kernel was started by the crash of the first: shows the head of /proc/vmcore, and what
# tools make of it. The last thing is a copy for whoever listens at the other end of the port, if there is one.
mkdir -p /dev /tmp
mount -t devtmpfs devtmpfs /dev
export PATH=/bin:/usr/bin:/sbin:/usr/sbin

frame() { sed "s/^/@$1| /"; }
# run NAME COMMAND...: shows what it prints, how it ended, and when.
run() {
    name=$1
    shift
    "$@" >/tmp/out 2>&1
    echo "@$name-status $? $(cut -d ' ' -f 1 /proc/uptime)"
    frame "$name" </tmp/out
}

echo "@vmcore-size $(stat -c %s /proc/vmcore)"
head -c 131072 /proc/vmcore | gzip | base64 | frame vmcore-head
run vmcore-dmesg vmcore-dmesg /proc/vmcore
run dump-dmesg makedumpfile --dump-dmesg /proc/vmcore /tmp/dmesg
[ -f /tmp/dmesg ] && frame dumped-dmesg </tmp/dmesg
# Not into a file: a dump kernel has little memory.
run makedumpfile sh -c 'set -o pipefail; makedumpfile -F -l -d 31 /proc/vmcore | wc -c >/tmp/size'
echo "@dump-size $(cat /tmp/size)"
if [ -x /usr/sbin/kdump-config ]; then
    mkdir -p /var/crash
    mount -t tmpfs -o size=90% tmpfs /var/crash
    run savecore kdump-config savecore
    for file in /var/crash/*/*; do echo "@saved| $(stat -c %s "$file") ${file##*/}"; done
    cat /var/crash/*/dmesg.* | frame saved-dmesg
fi
[ -c /dev/vport0p1 ] && run copy dd if=/proc/vmcore of=/dev/vport0p1 bs=1M
