#include "sensor/capture.h"

#include "sensor/core/rare.h"

#include <errno.h>
#include <pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PROBLEM_BYTES = 512, FILE_BUFFER_BYTES = 1 << 18, GZIP_STEP_BYTES = 4096 };

struct capture {
	pcap_t *pcap;
	char *name;		/* as given by the caller */
	int link_type;		/* DLT_* of all its packets */
	bool is_device;
	bool is_cut;
	uint64_t packets;
	char *buffer;		/* of the file being read; the stream's as long as there is one */
	char problem[PROBLEM_BYTES];
};

/* TCP, Kerberos over UDP, and what may hide them: IPv6's extension headers and MPLS's labels, of which there may be any number. IPv4
 * names the protocol in every fragment, the ports only in the first. */
#define WANTED "(ip proto 6 or udp port 88 or (ip proto 17 and ip[6:2] & 0x1fff != 0) or " \
	"(ip6 and not ip6 proto 17 and not ip6 proto 58) or ether proto 0x8847 or ether proto 0x8848)"

/* Each "vlan" moves the offsets of what follows it behind one more tag (pcap-filter(7)). */
static const char device_filter[] = WANTED " or (vlan and " WANTED ") or (vlan and " WANTED ")";
static const char untagged_filter[] = WANTED;

const char *capture_default_filter(void)
{
	return device_filter;
}

static struct capture *capture_new(const char *name)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->name = strdup(name);
	if (c != NULL && c->name == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	if (c->pcap != NULL)
		pcap_close(c->pcap);
	free(c->buffer);
	free(c->name);
	free(c);
}

/* ---- checks and filters common to both ---- */

/* Learn the link type. */
static int check_link_type(struct capture *c, char *error, size_t error_cap)
{
	int type = pcap_datalink(c->pcap);
	const char *name = pcap_datalink_val_to_name(type);

	c->link_type = type;
	if (engine_knows_link(type))
		return 0;
	snprintf(error, error_cap,
		 "open %s: link type %s (%d) is not one this sensor reads: Ethernet, Linux cooked v1 and v2, raw IP, BSD loopback; "
		 "capture on another interface",
		 c->name, name != NULL ? name : "unknown", type);
	return -1;
}

static int set_filter(struct capture *c, const char *filter, char *error, size_t error_cap)
{
	struct bpf_program program;

	if (pcap_compile(c->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		snprintf(error, error_cap, "filter \"%s\": %s; see pcap-filter(7)", filter, pcap_geterr(c->pcap));
		return -1;
	}
	if (pcap_setfilter(c->pcap, &program) != 0) {
		snprintf(error, error_cap, "filter \"%s\" on %s: %s", filter, c->name, pcap_geterr(c->pcap));
		pcap_freecode(&program);
		return -1;
	}
	pcap_freecode(&program);
	return 0;
}

/* ---- files ---- */

/* In small steps: what one gzread unpacked before it met damage is lost. */
static ssize_t read_gzip(void *cookie, char *out, size_t n)
{
	int got = gzread(cookie, out, n < GZIP_STEP_BYTES ? (unsigned)n : GZIP_STEP_BYTES);

	if (got < 0)
		errno = EBADMSG;
	return got;
}

static int close_gzip(void *cookie)
{
	return gzclose(cookie) == Z_OK ? 0 : EOF;
}

/* A stream of what ${fd} holds, unpacked if it is gzip's, through ${buffer}; owns ${fd} unless it fails. */
static FILE *unpacking_stream(int fd, char *buffer)
{
	gzFile gz = gzdopen(fd, "rb");
	FILE *stream;

	if (gz == NULL)
		return NULL;
	gzbuffer(gz, FILE_BUFFER_BYTES);
	stream = fopencookie(gz, "rb", (cookie_io_functions_t){ .read = read_gzip, .close = close_gzip });
	if (stream == NULL)
		gzclose(gz);
	else
		setvbuf(stream, buffer, _IOFBF, FILE_BUFFER_BYTES);
	return stream;
}

/* True if ${stream} can be rewound and does not begin with gzip's magic: then it is read as it is. */
static bool is_plain(FILE *stream)
{
	uint8_t magic[2] = { 0 };
	size_t n;

	if (fseek(stream, 0, SEEK_CUR) != 0)
		return false;
	n = fread(magic, 1, sizeof(magic), stream);
	return fseek(stream, 0, SEEK_SET) == 0 && !(n == 2 && magic[0] == 0x1F && magic[1] == 0x8B);
}

/* What ${path} holds, read through ${buffer} of FILE_BUFFER_BYTES. The C library makes buffers of 4 KiB by itself, whatever size it
 * is asked for, and a call of the system for each costs more than copying does. */
static FILE *open_stream(const char *path, char *buffer)
{
	FILE *file = strcmp(path, "-") == 0 ? fdopen(dup(STDIN_FILENO), "rb") : fopen(path, "rbe");
	FILE *stream;
	int fd;

	if (file == NULL)
		return NULL;
	setvbuf(file, buffer, _IOFBF, FILE_BUFFER_BYTES);
	if (is_plain(file))
		return file;
	fd = dup(fileno(file));
	fclose(file);	/* which lets go of the buffer */
	stream = fd >= 0 && (lseek(fd, 0, SEEK_SET) == 0 || errno == ESPIPE) ? unpacking_stream(fd, buffer) : NULL;
	if (stream == NULL && fd >= 0)
		close(fd);
	return stream;
}

/* Why ${path} cannot be opened, in the reader's words. */
static void explain_open(const char *path, char *error, size_t error_cap)
{
	struct stat status;
	int reason = errno;

	if (reason == ENOENT)
		snprintf(error, error_cap, "open %s: no such file; check the name", path);
	else if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		snprintf(error, error_cap, "open %s: is a folder; name a capture file in it", path);
	else if (reason == EACCES)
		snprintf(error, error_cap, "open %s: permission denied; make it readable for this user", path);
	else
		snprintf(error, error_cap, "open %s: %s", path, strerror(reason));
}

static bool is_folder(FILE *stream)
{
	struct stat status;
	int fd = fileno(stream);

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Why ${stream} holds no capture: told from how far libpcap came. */
static void explain_header(FILE *stream, const char *path, const char *why, char *error, size_t error_cap)
{
	if (is_folder(stream))
		snprintf(error, error_cap, "open %s: is a folder; name a capture file in it", path);
	else if (strstr(why, "only got 0") != NULL)
		snprintf(error, error_cap, "read %s: the file is empty; nothing was captured", path);
	else if (strstr(why, "truncated") != NULL)
		snprintf(error, error_cap, "read %s: ends within its file header; the capture holds no packet", path);
	else if (strstr(why, strerror(EBADMSG)) != NULL)	/* read_gzip */
		snprintf(error, error_cap, "read %s: damaged: gzip cannot unpack its beginning; copy the file again", path);
	else if (strstr(why, "unknown file format") != NULL)
		snprintf(error, error_cap, "read %s: not a capture; pcap and pcapng are read, also compressed with gzip", path);
	else
		snprintf(error, error_cap, "read %s: %s", path, why);
}

struct capture *capture_open_file(const char *path, const char *filter, char *error, size_t error_cap)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = capture_new(path);
	FILE *stream;

	if (c != NULL)
		c->buffer = malloc(FILE_BUFFER_BYTES);
	if (c == NULL || c->buffer == NULL) {
		snprintf(error, error_cap, "open %s: out of memory", path);
		capture_close(c);
		return NULL;
	}
	stream = open_stream(path, c->buffer);
	if (stream == NULL) {
		explain_open(path, error, error_cap);
		goto close_capture;
	}
	/* libpcap reads from it twice a packet, and nobody else does: spare it the lock. */
	__fsetlocking(stream, FSETLOCKING_BYCALLER);
	c->pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, why);
	if (c->pcap == NULL) {
		explain_header(stream, path, why, error, error_cap);
		fclose(stream);
		goto close_capture;
	}
	if (check_link_type(c, error, error_cap) == 0 && (filter == NULL || set_filter(c, filter, error, error_cap) == 0))
		return c;
close_capture:
	capture_close(c);
	return NULL;
}

/* ---- devices ---- */

static void explain_activate(const struct capture *c, int code, char *error, size_t error_cap)
{
	const char *why = pcap_geterr(c->pcap);

	if (code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED)
		snprintf(error, error_cap,
			 "open %s: permission denied: run `sudo setcap cap_net_raw+ep $(which ashiato-sensor)`, "
			 "run as root, or use --read FILE",
			 c->name);
	else if (code == PCAP_ERROR_NO_SUCH_DEVICE)
		snprintf(error, error_cap, "open %s: no such interface; `ip link` lists them", c->name);
	else if (code == PCAP_ERROR_IFACE_NOT_UP)
		snprintf(error, error_cap, "open %s: the interface is down; `ip link set %s up`", c->name, c->name);
	else
		snprintf(error, error_cap, "open %s: %s", c->name, why[0] != '\0' ? why : pcap_statustostr(code));
}

static int activate(struct capture *c, char *error, size_t error_cap)
{
	int code;

	pcap_set_snaplen(c->pcap, CAPTURE_SNAP_BYTES);
	pcap_set_buffer_size(c->pcap, CAPTURE_BUFFER_BYTES);
	pcap_set_promisc(c->pcap, 1);
	pcap_set_timeout(c->pcap, CAPTURE_DELIVER_MS);
	pcap_set_tstamp_precision(c->pcap, PCAP_TSTAMP_PRECISION_NANO);
	code = pcap_activate(c->pcap);
	if (code >= 0)
		return 0;
	explain_activate(c, code, error, error_cap);
	return -1;
}

static int filter_device(struct capture *c, const char *filter, char *error, size_t error_cap)
{
	if (filter != NULL)
		return set_filter(c, filter, error, error_cap);
	/* Link types without VLANs do not compile the first one. */
	if (set_filter(c, device_filter, error, error_cap) == 0)
		return 0;
	return set_filter(c, untagged_filter, error, error_cap);
}

struct capture *capture_open_device(const char *name, const char *filter, char *error, size_t error_cap)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = capture_new(name);

	if (c != NULL)
		c->pcap = pcap_create(name, why);
	if (c == NULL || c->pcap == NULL) {
		snprintf(error, error_cap, "open %s: %s", name, c == NULL ? "out of memory" : why);
		capture_close(c);
		return NULL;
	}
	c->is_device = true;
	if (activate(c, error, error_cap) == 0 && check_link_type(c, error, error_cap) == 0 &&
	    filter_device(c, filter, error, error_cap) == 0 && pcap_setnonblock(c->pcap, 1, why) == 0)
		return c;
	if (why[0] != '\0')
		snprintf(error, error_cap, "open %s: %s", name, why);
	capture_close(c);
	return NULL;
}

/* ---- packets ---- */

/* libpcap was asked for ns, which it puts where the µs stand. A file may state any second; those past 2262 do not fit. */
static int64_t time_of(const struct pcap_pkthdr *head)
{
	const int64_t second = 1000000000, last = INT64_MAX / second - 5000;
	int64_t seconds = head->ts.tv_sec < 0 ? 0 : head->ts.tv_sec;
	int64_t ns = head->ts.tv_usec < 0 ? 0 : head->ts.tv_usec;

	return (seconds < last ? seconds : last) * second + (ns < 1000 * second ? ns : 0);
}

static RARE enum capture_next fail(struct capture *c)
{
	if (c->is_device) {
		snprintf(c->problem, sizeof(c->problem), "read %s: %s", c->name, pcap_geterr(c->pcap));
		return CAPTURE_FAILED;
	}
	c->is_cut = true;
	if (strstr(pcap_geterr(c->pcap), "different from") != NULL) {
		snprintf(c->problem, sizeof(c->problem),
			 "read %s: stops after packet %llu (%s), which libpcap cannot read in one go: split the file, "
			 "e.g. tshark -r FILE -Y 'frame.interface_id == 0' -w OUT; everything before it was read",
			 c->name, (unsigned long long)c->packets, pcap_geterr(c->pcap));
		return CAPTURE_END;
	}
	snprintf(c->problem, sizeof(c->problem), "read %s: cut or damaged after packet %llu (%s); everything before it was read", c->name,
		 (unsigned long long)c->packets, pcap_geterr(c->pcap));
	return CAPTURE_END;
}

/* Wait for the device. */
static RARE void wait_for(struct capture *c, int timeout_ms)
{
	struct pollfd fd = { .fd = pcap_get_selectable_fd(c->pcap), .events = POLLIN };

	poll(&fd, 1, timeout_ms);
}

enum capture_next capture_next(struct capture *c, int timeout_ms, struct packet *out)
{
	struct pcap_pkthdr *head;
	const u_char *bytes;
	int got = pcap_next_ex(c->pcap, &head, &bytes);

	if (got == 0 && timeout_ms != 0) {
		wait_for(c, timeout_ms);
		got = pcap_next_ex(c->pcap, &head, &bytes);
	}
	if (got == 1) {
		c->packets++;
		out->time_ns = time_of(head);
		out->bytes = view_of(bytes, head->caplen);
		out->wire_bytes = head->len;
		out->link_type = c->link_type;
		return CAPTURE_PACKET;
	}
	if (got == 0)
		return CAPTURE_NOTHING;
	return got == PCAP_ERROR_BREAK ? CAPTURE_END : fail(c);
}

const char *capture_problem(const struct capture *c)
{
	return c->problem[0] != '\0' ? c->problem : NULL;
}

static const char *without_folders(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

void capture_facts(struct capture *c, struct capture_facts *out)
{
	struct pcap_stat stats = { .ps_recv = 0 };

	*out = (struct capture_facts){ .truncated = c->is_cut,
				       .link_type = pcap_datalink_val_to_name(c->link_type),
				       .source = without_folders(c->name) };
	if (c->is_device && pcap_stats(c->pcap, &stats) == 0) {
		out->dropped_kernel = stats.ps_drop;
		out->dropped_interface = stats.ps_ifdrop;
	}
}
