#include "collector/logs/key.h"

#include <sodium.h>
#include <string.h>

static void add_text(crypto_generichash_state *h, const char *text)
{
	if (text != NULL)
		crypto_generichash_update(h, (const unsigned char *)text, strlen(text) + 1);
}

static struct log_key numbered(const struct log_record *r)
{
	struct log_key key = { .high = (int64_t)(r->record_id & INT64_MAX) };
	unsigned char hash[crypto_generichash_BYTES_MIN];
	crypto_generichash_state h;
	crypto_generichash_init(&h, NULL, 0, sizeof hash);
	add_text(&h, r->channel);
	crypto_generichash_update(&h, (const unsigned char *)&r->time_ns, sizeof r->time_ns);
	crypto_generichash_final(&h, hash, sizeof hash);
	memcpy(&key.low, hash, sizeof key.low);
	return key;
}

static struct log_key hashed(const struct log_record *r)
{
	struct log_key key;
	unsigned char hash[crypto_generichash_BYTES_MIN];
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, sizeof hash);
	crypto_generichash_update(&h, (const unsigned char *)&r->time_ns, sizeof r->time_ns);
	crypto_generichash_update(&h, (const unsigned char *)r->raw, r->raw_bytes);
	crypto_generichash_final(&h, hash, sizeof hash);
	memcpy(&key.high, hash, sizeof key.high);
	memcpy(&key.low, hash + sizeof key.high, sizeof key.low);
	key.high |= INT64_MIN;
	return key;
}

struct log_key log_key_of(const struct log_record *r)
{
	return r->record_id != 0 ? numbered(r) : hashed(r);
}
