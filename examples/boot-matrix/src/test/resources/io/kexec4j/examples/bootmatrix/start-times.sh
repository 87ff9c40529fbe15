# How long one load takes in the first guest, with kexec-tools and with kexec.jar. Prints lines "TIME SECONDS WHAT", three for each.
jar=/app/kexec.jar
serial="-XX:+UseSerialGC"
short="$serial -XX:TieredStopAtLevel=1"
archive="-XX:SharedArchiveFile=/app/kexec.jsa"

now() { cut -d ' ' -f 1 /proc/uptime; }
measure() {
    what=$1
    shift
    for run in 1 2 3; do
        before=$(now)
        "$@" >/tmp/out 2>&1 || { cat /tmp/out; echo "failed: $*"; exit 1; }
        echo "TIME $(awk "BEGIN { print $(now) - $before }") $what"
    done
}
load() {
    what=$1
    shift
    measure "$what" "$@" -c -l /k2 --initrd=/rd2 --append="$CMD2"
}

before=$(now)
sh /app/kexec-cli/archive $jar /app/kexec.jsa >/tmp/out 2>&1 || { cat /tmp/out; exit 1; }
echo "TIME $(awk "BEGIN { print $(now) - $before }") making the class data archive, once"
[ ! -x /sbin/kexec ] || load "kexec-tools" /sbin/kexec
load "java -jar kexec.jar" java -jar $jar
load "the same, $short" java $short -jar $jar
load "the same, with the class data archive" java $short $archive -jar $jar
load "the same, no digests (-i)" java $short $archive -jar $jar -i
measure "the same, only -v" java $short $archive -jar $jar -v
measure "a JVM that prints its version" java $short -version
