#include "sensor/core/link.h"
#include "tests/bench/kinds.h"
#include "tests/lib/recut.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum {
	PLAYS_AT_ONCE = 3000,
	BURST = 3,		/* packets of one play in a row, at most */
	SERVERS = 500,
	HOSTS = 8,			/* of one recording */
	FRAME_MAX_BYTES = 65536 + 64,
	PROTOCOL_AT = 9, SOURCE_AT = 12, DESTINATION_AT = 16,	/* in an IPv4 header */
	PROTOCOL_TCP = 6, PROTOCOL_UDP = 17,
};

/* One packet of a recording and where its headers stand. */
struct step {
	const struct packet *packet;
	size_t ip_at, ports_at;
	unsigned source, destination;	/* hosts of the recording; 0 spoke first */
};

struct recording {
	const char *path;
	struct frames frames;
	struct step *steps;
	size_t n_steps;
	uint32_t hosts[HOSTS];	/* their addresses */
	unsigned n_hosts;
	uint64_t bytes;		/* of one play */
	uint64_t plays;
};

/* One recording on its way, with a client and a server of its own. */
struct play {
	const struct recording *recording;
	size_t next;
	uint32_t number;
};

struct mix {
	struct output *out;
	struct recording *recordings;
	size_t n_recordings;
	struct play plays[PLAYS_AT_ONCE];
	size_t n_plays;
	uint32_t n_begun;
	uint64_t planned_bytes;	/* of all plays begun */
	uint64_t chance;
};

/* ---- recordings ---- */

static uint32_t word_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static unsigned host_of(struct recording *r, uint32_t address)
{
	unsigned host = 0;

	while (host < r->n_hosts && r->hosts[host] != address)
		host++;
	if (host == HOSTS)
		errx(1, "%s: more than %d hosts", r->path, HOSTS);
	r->n_hosts = host == r->n_hosts ? host + 1 : r->n_hosts;
	r->hosts[host] = address;
	return host;
}

/* Take ${packet} apart; false when it is no TCP or UDP over IPv4. */
static bool read_step(struct recording *r, const struct packet *packet, struct step *out)
{
	enum { IPV4_LEAST = 20, PORTS_BYTES = 8 };
	struct link link;
	const uint8_t *ip;
	size_t ip_at, ports_at;

	if (link_parse(packet->link_type, packet->bytes, &link) != LINK_IS_IP || link.ip.n < IPV4_LEAST || link.ip.bytes[0] >> 4 != 4)
		return false;
	ip = link.ip.bytes;
	ip_at = (size_t)(ip - packet->bytes.bytes);
	ports_at = ip_at + (size_t)(ip[0] & 0xF) * 4;
	if ((ip[PROTOCOL_AT] != PROTOCOL_TCP && ip[PROTOCOL_AT] != PROTOCOL_UDP) || ports_at + PORTS_BYTES > packet->bytes.n)
		return false;
	*out = (struct step){ .packet = packet, .ip_at = ip_at, .ports_at = ports_at };
	out->source = host_of(r, word_at(ip + SOURCE_AT));
	out->destination = host_of(r, word_at(ip + DESTINATION_AT));
	return true;
}

static void read_recording(struct recording *r, const char *path)
{
	*r = (struct recording){ .path = path, .frames = frames_read(path) };
	r->steps = calloc(r->frames.n + 1, sizeof(r->steps[0]));
	if (r->steps == NULL)
		err(1, "read %s", path);
	for (size_t i = 0; i < r->frames.n; i++) {
		r->n_steps += read_step(r, &r->frames.of[i], &r->steps[r->n_steps]);
		r->bytes += r->frames.of[i].bytes.n;
	}
	if (r->n_steps == 0)
		errx(1, "%s: neither TCP nor UDP over IPv4 in it", path);
}

/* ---- playing ---- */

/* A port of the upper half stays in it, and two that differed still do. */
static unsigned moved_port(unsigned port, uint32_t number)
{
	return port < 0x8000 ? port : 0x8000 | ((port + 7 * number) & 0x7FFF);
}

static void move_port(uint8_t *at, uint32_t number)
{
	output_put_u16(at, moved_port((unsigned)at[0] << 8 | at[1], number));
}

/* 172.16/12 holds the second host of each play, the server, which many plays share; 10/8 all others, a million of each: two of them
 * may keep their ports when they speak to each other, and must not meet those of another play. */
static uint32_t address_in_play(unsigned host, uint32_t number)
{
	return host == 1 ? 0xAC100000u + 1 + number % SERVERS : 0x0A000000u + (host << 20) + 1 + number;
}

static void readdress(uint8_t *frame, const struct step *s, uint32_t number)
{
	output_put_u32(frame + s->ip_at + SOURCE_AT, address_in_play(s->source, number));
	output_put_u32(frame + s->ip_at + DESTINATION_AT, address_in_play(s->destination, number));
	/* What a server told of its ports stays true. */
	if (s->source == 0 || s->destination == 0)
		move_port(frame + s->ports_at + (s->source == 0 ? 0 : 2), number);
}

static void play_step(struct mix *m, struct play *p)
{
	static uint8_t frame[FRAME_MAX_BYTES];
	const struct step *s = &p->recording->steps[p->next++];
	size_t n = view_copy(frame, sizeof(frame), s->packet->bytes);

	readdress(frame, s, p->number);
	output_frame(m->out, frame, n, s->ip_at, s->ports_at);
}

static void begin_play(struct mix *m, struct play *p)
{
	struct recording *r = &m->recordings[m->n_begun % m->n_recordings];

	r->plays++;
	m->planned_bytes += r->bytes;
	*p = (struct play){ .recording = r, .number = m->n_begun++ };
}

/* Some packets of a play that chance picks; when it is over, another begins in its place until ${bytes} are planned. */
static void take_turn(struct mix *m, uint64_t bytes)
{
	struct play *p = &m->plays[output_random(&m->chance) % m->n_plays];

	for (uint32_t i = output_random(&m->chance) % BURST + 1; i > 0 && p->next < p->recording->n_steps; i--)
		play_step(m, p);
	if (p->next < p->recording->n_steps)
		return;
	if (m->planned_bytes < bytes)
		begin_play(m, p);
	else
		*p = m->plays[--m->n_plays];
}

static void end_mix(struct mix *m)
{
	for (size_t i = 0; i < m->n_recordings; i++) {
		printf("%llu %s\n", (unsigned long long)m->recordings[i].plays, m->recordings[i].path);
		frames_free(&m->recordings[i].frames);
		free(m->recordings[i].steps);
	}
	free(m->recordings);
	free(m);
}

void mixed_write(struct output *o, char *const *paths, size_t n, uint64_t bytes)
{
	struct mix *m = calloc(1, sizeof(*m));

	if (m == NULL || n == 0 || (m->recordings = calloc(n, sizeof(m->recordings[0]))) == NULL)
		errx(1, "name the recordings to play");
	m->out = o;
	for (; m->n_recordings < n; m->n_recordings++)
		read_recording(&m->recordings[m->n_recordings], paths[m->n_recordings]);
	/* However small the capture, each recording is played. */
	while (m->n_plays < PLAYS_AT_ONCE && (m->planned_bytes < bytes || m->n_plays < n))
		begin_play(m, &m->plays[m->n_plays++]);
	while (m->n_plays > 0)
		take_turn(m, bytes);
	end_mix(m);
}
