#!/bin/busybox sh
# The init of the first guest: loads the second kernel, says what came of it, and starts it.
# A line "@load| ..." is one of what the load command printed.
/bin/busybox mkdir -p /proc /sys /tmp
/bin/busybox --install -s /bin
export PATH=/bin:/jre/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev

# The kernel prints on the same console: keep it from breaking into lines of ours.
echo 1 >/proc/sys/kernel/printk
echo
echo "@first-init $(uname -r)"
sed 's/^/@first-iomem| /' /proc/iomem
# Linux for Power says there what it keeps for a crash kernel, and what its firmware keeps of that, and not in /proc/iomem.
# region NAME BASE SIZE: a line of it for the pages that two files tell of, if there are such files, of a number each.
region() {
    [ -f "/proc/device-tree/$2" ] || return
    page=$(awk '/^KernelPageSize/ { print $2 * 1024; exit }' /proc/self/smaps)
    base=0x$(od -An -v -tx1 "/proc/device-tree/$2" | tr -d ' \n')
    size=0x$(od -An -v -tx1 "/proc/device-tree/$3" | tr -d ' \n')
    printf '@first-iomem| %x-%x : %s\n' $((base & -page)) $(((base + size - 1) | (page - 1))) "$1"
}
region "Crash kernel" chosen/linux,crashkernel-base chosen/linux,crashkernel-size
region RTAS rtas/linux,rtas-base rtas/rtas-size

. /etc/scenario
export CMD2 JAVA="java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"

{ sh -c "$LOAD"; echo $? >/tmp/status; } 2>&1 | while IFS= read -r line; do echo "@load| $line"; done
echo "@load-status $(cat /tmp/status)"
echo "@kexec-loaded $(cat /sys/kernel/kexec_loaded)"
echo "@crash-loaded $(cat /sys/kernel/kexec_crash_loaded)"
if [ "$(cat /tmp/status)" != 0 ]; then
    poweroff -f
fi

echo "@exec"
sleep 0.1 # until that is out
echo 7 >/proc/sys/kernel/printk
sh -c "$EXEC" 2>&1
echo "@exec-status $?"
poweroff -f
