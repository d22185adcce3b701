#include "proto/curve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

enum { LINE_MAX_BYTES = 128 };

static const char secret_word[] = "ashiato-secret-key ";
static const char public_word[] = "ashiato-public-key ";

/* ZeroMQ RFC 32: the 85 characters of Z85. */
static const char z85_alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

bool curve_is_key(const char *z85)
{
	uint8_t bytes[32];
	return strlen(z85) == CURVE_Z85_CHARS && strspn(z85, z85_alphabet) == CURVE_Z85_CHARS && zmq_z85_decode(bytes, z85);
}

void curve_wipe(struct curve_pair *pair)
{
	explicit_bzero(pair, sizeof *pair);
}

int curve_generate(struct curve_pair *out, char *error, size_t error_cap)
{
	if (zmq_curve_keypair(out->public_key, out->secret_key) == 0)
		return 0;
	snprintf(error, error_cap, "this libzmq has no CURVE: %s", zmq_strerror(errno));
	return -1;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static int failed(const char *act, const char *path, char *error, size_t error_cap)
{
	snprintf(error, error_cap, "%s key file %s: %s", act, path, strerror(errno));
	return -1;
}

/* One line into the new file ${path}, on the disk when this returns 0. */
static int write_key(const char *path, mode_t mode, const char *word, const char *key, char *error, size_t error_cap)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0 && errno == EEXIST) {
		snprintf(error, error_cap, "key file %s exists already; it is not overwritten: give another name or move it away", path);
		return -1;
	}
	if (fd < 0)
		return failed("create", path, error, error_cap);
	char line[LINE_MAX_BYTES];
	int n = snprintf(line, sizeof line, "%s%s\n", word, key);
	bool written = fchmod(fd, mode) == 0 && write(fd, line, (size_t)n) == n && fsync(fd) == 0;
	if (!written) {
		failed("write", path, error, error_cap);
		unlink(path);
	}
	close(fd);
	explicit_bzero(line, sizeof line);
	return written ? 0 : -1;
}

int curve_save(const char *path, const struct curve_pair *pair, char *error, size_t error_cap)
{
	char public_path[4096];
	if (snprintf(public_path, sizeof public_path, "%s.pub", path) >= (int)sizeof public_path) {
		snprintf(error, error_cap, "the name of the key file is too long");
		return -1;
	}
	if (write_key(public_path, 0644, public_word, pair->public_key, error, error_cap) < 0)
		return -1;
	if (write_key(path, 0600, secret_word, pair->secret_key, error, error_cap) == 0)
		return 0;
	unlink(public_path);
	return -1;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* A secret is ours or root's, and nobody else's to read. */
static bool is_private(int fd, const char *path, char *error, size_t error_cap)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return failed("look at", path, error, error_cap), false;
	if (st.st_mode & 077) {
		snprintf(error, error_cap, "key file %s can be read or written by others (mode %04o): run \"chmod 600 %s\"", path,
			 st.st_mode & 07777, path);
		return false;
	}
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		snprintf(error, error_cap, "key file %s belongs to user %u: run \"chown %u %s\"", path, st.st_uid, geteuid(), path);
		return false;
	}
	return true;
}

/* The key after ${word} on the only line of ${fd}. */
static int parse_key(int fd, const char *path, const char *word, char out[CURVE_Z85_CHARS + 1], char *error, size_t error_cap)
{
	char line[LINE_MAX_BYTES];
	ssize_t n = read(fd, line, sizeof line - 1);
	if (n < 0)
		return failed("read", path, error, error_cap);
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	const char *key = line + strlen(word);
	bool good = strncmp(line, word, strlen(word)) == 0 && curve_is_key(key);
	if (good)
		memcpy(out, key, CURVE_Z85_CHARS + 1);
	else
		snprintf(error, error_cap, "key file %s does not hold one line \"%sKEY\": give the right file or make a new pair", path,
			 word);
	explicit_bzero(line, sizeof line);
	return good ? 0 : -1;
}

static int open_key(const char *path, char *error, size_t error_cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		failed("open", path, error, error_cap);
	return fd;
}

int curve_load(const char *path, struct curve_pair *out, char *error, size_t error_cap)
{
	int fd = open_key(path, error, error_cap);
	if (fd < 0)
		return -1;
	struct curve_pair pair = { 0 };
	int result = -1;
	if (is_private(fd, path, error, error_cap) && parse_key(fd, path, secret_word, pair.secret_key, error, error_cap) == 0)
		result = zmq_curve_public(pair.public_key, pair.secret_key);
	if (result < 0 && curve_is_key(pair.secret_key))
		snprintf(error, error_cap, "this libzmq has no CURVE: %s", zmq_strerror(errno));
	close(fd);
	if (result == 0)
		*out = pair;
	curve_wipe(&pair);
	return result;
}

int curve_load_public(const char *path_or_z85, char out[CURVE_Z85_CHARS + 1], char *error, size_t error_cap)
{
	bool is_file = access(path_or_z85, F_OK) == 0;	/* a path may well be 40 characters of Z85 */
	if (curve_is_key(path_or_z85) && !is_file) {
		memcpy(out, path_or_z85, CURVE_Z85_CHARS + 1);
		return 0;
	}
	int fd = open_key(path_or_z85, error, error_cap);
	if (fd < 0)
		return -1;
	int result = parse_key(fd, path_or_z85, public_word, out, error, error_cap);
	close(fd);
	return result;
}
