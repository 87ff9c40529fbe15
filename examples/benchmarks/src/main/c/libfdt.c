// What libfdt takes for what the benchmarks of kexec-fdt do: libfdt OPERATION FILE... prints microseconds an operation.
// Each operation runs until a second has passed, at least once; the result is the mean. Of the lookups, which take longer the more
// nodes there are, no more than 1000 are made, evenly over the tree, and the result is scaled to all.
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct blob {
	void *bytes;
	size_t size;
};

struct work {
	struct blob blobs[2];
	char **names; // the paths of all nodes, or made names
	unsigned *phandles;
	int count;
	int step; // every how manieth lookup is made
	void *buffer;
	int room;
};

// A libfdt.a of a newer Debian wants this of its C library. It reads binary numbers too, which overlays do not have.
__attribute__((weak)) unsigned long __isoc23_strtoul(const char *text, char **end, int base)
{
	return strtoul(text, end, base);
}

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "libfdt: %s: %s\n", what, why);
	exit(1);
}

static int must(const char *what, int result)
{
	if (result < 0)
		fail(what, fdt_strerror(result));
	return result;
}

static void *allocate(size_t size)
{
	void *bytes = malloc(size);
	if (!bytes)
		fail("malloc", strerror(errno));
	return bytes;
}

static struct blob read_file(const char *name)
{
	FILE *file = fopen(name, "rb");
	struct blob blob;
	if (!file || fseek(file, 0, SEEK_END))
		fail(name, strerror(errno));
	blob.size = ftell(file);
	rewind(file);
	blob.bytes = allocate(blob.size + 1);
	if (fread(blob.bytes, 1, blob.size, file) != blob.size)
		fail(name, "cannot be read");
	fclose(file);
	return blob;
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static volatile unsigned sink;

static void check(struct work *work)
{
	must("check", fdt_check_full(work->blobs[0].bytes, work->blobs[0].size));
}

static void walk_blob(const void *fdt)
{
	int node, property;
	for (node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		sink += (unsigned char)fdt_get_name(fdt, node, NULL)[0];
		fdt_for_each_property_offset(property, fdt, node) {
			const char *name;
			int length;
			const char *value = fdt_getprop_by_offset(fdt, property, &name, &length);
			sink += (unsigned char)name[0] + (length ? (unsigned char)value[0] : 0);
		}
	}
}

static void walk(struct work *work)
{
	walk_blob(work->blobs[0].bytes);
}

static void paths(struct work *work)
{
	for (int i = 0; i < work->count; i += work->step)
		sink += must(work->names[i], fdt_path_offset(work->blobs[0].bytes, work->names[i]));
}

static void phandles(struct work *work)
{
	for (int i = 0; i < work->count; i += work->step)
		sink += must("phandle", fdt_node_offset_by_phandle(work->blobs[0].bytes, work->phandles[i]));
}

static void open_blob(struct work *work)
{
	must("open", fdt_open_into(work->blobs[0].bytes, work->buffer, work->room));
}

static void kexec(struct work *work)
{
	int chosen;
	open_blob(work);
	chosen = fdt_path_offset(work->buffer, "/chosen");
	if (chosen < 0)
		chosen = must("add", fdt_add_subnode(work->buffer, 0, "chosen"));
	must("set", fdt_setprop_string(work->buffer, chosen, "bootargs", "console=ttyAMA0 root=/dev/vda1"));
	must("set", fdt_setprop_u64(work->buffer, chosen, "linux,initrd-start", 0x48000000));
	must("set", fdt_setprop_u64(work->buffer, chosen, "linux,initrd-end", 0x49000000));
	must("pack", fdt_pack(work->buffer));
}

static void set_everywhere(struct work *work)
{
	open_blob(work);
	for (int node = 0; node >= 0; node = fdt_next_node(work->buffer, node, NULL))
		must("set", fdt_setprop_u32(work->buffer, node, "benchmark,number", node));
	must("pack", fdt_pack(work->buffer));
}

static void overlay(struct work *work)
{
	struct blob *overlay = &work->blobs[1];
	// Applying destroys the overlay.
	void *copy = allocate(overlay->size);
	memcpy(copy, overlay->bytes, overlay->size);
	open_blob(work);
	must("apply", fdt_overlay_apply(work->buffer, copy));
	must("pack", fdt_pack(work->buffer));
	free(copy);
}

// A root with as many properties as the blob has nodes, no two of the same name.
static void unique_names(struct work *work)
{
	must("create", fdt_create(work->buffer, work->room));
	must("reserve", fdt_finish_reservemap(work->buffer));
	must("begin", fdt_begin_node(work->buffer, ""));
	for (int i = 0; i < work->count; i++)
		must("set", fdt_property_u32(work->buffer, work->names[i], i));
	must("end", fdt_end_node(work->buffer));
	must("finish", fdt_finish(work->buffer));
}

static void collect_names(struct work *work, int made)
{
	const void *fdt = work->blobs[0].bytes;
	for (int node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		char name[4096] = "";
		if (made)
			snprintf(name, sizeof(name), "unique,name-%d", work->count);
		else if (work->count % work->step == 0)
			must("path", fdt_get_path(fdt, node, name, sizeof(name)));
		work->names[work->count++] = strdup(name);
	}
}

static void collect_phandles(struct work *work)
{
	const void *fdt = work->blobs[0].bytes;
	for (int node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL))
		if (fdt_get_phandle(fdt, node))
			work->phandles[work->count++] = fdt_get_phandle(fdt, node);
}

static int count_nodes(const void *fdt)
{
	int count = 0;
	for (int node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL))
		count++;
	return count;
}

static void collect(struct work *work, const char *operation)
{
	int nodes = count_nodes(work->blobs[0].bytes);
	int lookups = !strcmp(operation, "paths") || !strcmp(operation, "phandles");
	work->step = lookups ? nodes / 1000 + 1 : 1;
	work->names = allocate(nodes * sizeof(*work->names));
	work->phandles = allocate(nodes * sizeof(*work->phandles));
	if (!strcmp(operation, "phandles"))
		collect_phandles(work);
	else
		collect_names(work, !lookups);
}

// All files checked and walked, once, in this process.
static double all(int count, char **files)
{
	double start = now();
	for (int i = 0; i < count; i++) {
		struct blob blob = read_file(files[i]);
		must(files[i], fdt_check_full(blob.bytes, blob.size));
		walk_blob(blob.bytes);
		free(blob.bytes);
	}
	return now() - start;
}

static const struct operation {
	const char *name;
	void (*run)(struct work *work);
} operations[] = {
	{ "parse", check }, { "walk", walk }, { "paths", paths }, { "phandles", phandles }, { "kexec", kexec },
	{ "set", set_everywhere }, { "overlay", overlay }, { "names", unique_names },
};

int main(int argc, char **argv)
{
	struct work work = { 0 };
	if (argc < 3)
		fail("usage", "libfdt OPERATION FILE...");
	if (!strcmp(argv[1], "all")) {
		printf("%.3f\n", all(argc - 2, argv + 2));
		return 0;
	}
	work.blobs[0] = read_file(argv[2]);
	if (argc > 3)
		work.blobs[1] = read_file(argv[3]);
	work.room = 2 * (work.blobs[0].size + work.blobs[1].size) + 65536;
	work.buffer = allocate(work.room);
	collect(&work, argv[1]);
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
		if (!strcmp(argv[1], operations[i].name)) {
			double start = now(), end = start;
			int runs = 0;
			for (; end - start < 1e6; end = now(), runs++)
				operations[i].run(&work);
			printf("%.3f\n", (end - start) / runs * work.step);
			return 0;
		}
	}
	fail(argv[1], "is no operation");
}
