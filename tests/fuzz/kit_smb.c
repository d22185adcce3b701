#include "tests/fuzz/kit_smb.h"

#include "sensor/core/cursor.h"
#include "tests/lib/smb_kit.h"

#include <stdlib.h>

static void say_message(struct smb_kit *k, enum way way, struct view body, enum fuzz_framing framing)
{
	static struct smb_message m;
	static const uint8_t magics[] = { [FUZZ_SMB1] = 0xFF, [FUZZ_SMB2] = 0xFE };

	m.n = 0;
	m.way = way;
	smb_zeros(&m, 4);
	smb_bytes(&m, body.bytes, body.n);
	if (body.n >= 4) {
		m.bytes[4] = magics[framing];
		m.bytes[5] = 'S';
		m.bytes[6] = 'M';
		m.bytes[7] = 'B';
	}
	smb_send(k, &m);
}

void fuzz_smb(const uint8_t *data, size_t n, enum fuzz_framing framing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_REAL);
	struct cursor c = cur_of(view_of(data, n));

	while (cur_left(&c) > 3) {
		uint8_t kind = cur_u8(&c);
		uint16_t length = cur_u16le(&c);
		enum way way = kind & 1 ? FROM_OPENED : FROM_OPENER;
		size_t here = length < cur_left(&c) ? length : cur_left(&c);

		if (framing == FUZZ_STREAM && (kind & 0x80))
			smb_kit_gap(k, way, length);
		else if (framing == FUZZ_STREAM)
			smb_kit_say(k, way, cur_take(&c, here));
		else
			say_message(k, way, cur_take(&c, here), framing);
	}
	if (!smb_kit_close(k))
		abort();
	smb_kit_free(k);
}
