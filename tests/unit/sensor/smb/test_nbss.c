/* Framing: headers of either transport, holes, the search for the next message, and what is kept while nothing is under way. */
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>
#include <string.h>

enum { CREATE = 5, WRITE = 9, DATA = 64 + 48, SESSION = 0x61, TREE = 5 };

static const struct smb2_ids ids = { .message_id = 9, .session_id = SESSION, .tree_id = TREE };

/* A write of ${n} bytes 'x' to file 0x21 of a tree that was not seen, and its answer. */
static void write_request(struct smb_message *m, uint32_t n)
{
	smb2_begin(m, WRITE, 0, ids);
	smb_u16(m, 49);
	smb_u16(m, DATA);
	smb_u32(m, n);
	smb_u64(m, 0);
	smb_u64(m, 0x21);
	smb_u64(m, 0x21);
	smb_zeros(m, 16);
	for (uint32_t i = 0; i < n; i++)
		smb_u8(m, 'x');
}

static void tree_connect(struct smb_message *m, uint64_t message_id)
{
	smb2_begin(m, 3, 0, (struct smb2_ids){ .message_id = message_id, .session_id = SESSION });
	smb_u16(m, 9);
	smb_u16(m, 0);
	smb_u16(m, 64 + 8);
	smb_u16(m, 18);
	smb_utf16(m, "\\\\SRV\\C$$");
}

static size_t n_tree_connects(struct smb_kit *k)
{
	smb_kit_close(k);
	return smb_kit_count(k, EV__EVENT__BODY_SMB_TREE_CONNECT);
}

static struct smb_message message;

Test(nbss, every_packet_type_of_a_session_is_passed_over)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	uint8_t request[4 + 68] = { 0x81, 0, 0, 68 };

	smb_kit_say(k, FROM_OPENER, view_of(request, sizeof(request)));
	smb_kit_say(k, FROM_OPENED, view_of("\x82\0\0\0", 4));
	smb_kit_say(k, FROM_OPENED, view_of("\x83\0\0\1\x80", 5));
	smb_kit_say(k, FROM_OPENED, view_of("\x84\0\0\6abcdef", 10));
	smb_kit_say(k, FROM_OPENER, view_of("\x85\0\0\0", 4));
	smb_kit_say(k, FROM_OPENER, view_of("\0\0\0\0", 4));
	tree_connect(&message, 1);
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_NBSS_MALFORMED], 0);
	cr_assert_eq(n_tree_connects(k), 1);
	smb_kit_free(k);
}

Test(nbss, a_trailer_longer_than_its_type_allows_is_malformed)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_kit_say(k, FROM_OPENED, view_of("\x82\0\0\1x", 5));
	cr_assert_eq(k->counts.of[COUNT_NBSS_MALFORMED], 1);
	smb_kit_free(k);
}

/* [RFC 1002] 4.3.1 has no such types; Samba passes over them by their length. Inside stands what looks like a message. */
Test(nbss, inside_a_packet_of_another_type_nothing_is_believed)
{
	static const uint8_t types[] = { 0x84, 0x85, 0x86, 0x99, 0xFF };

	for (size_t i = 0; i < sizeof(types); i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
		struct smb_message decoy;
		uint8_t header[4] = { types[i] };

		write_request(&decoy, 0x200);
		smb_done(&decoy);
		decoy.bytes[1] = 0x20;	/* two MiB, which will never come */
		header[2] = (uint8_t)(decoy.n >> 8);
		header[3] = (uint8_t)decoy.n;
		smb_kit_say(k, FROM_OPENER, view_of(header, sizeof(header)));
		smb_kit_say(k, FROM_OPENER, view_of(decoy.bytes, decoy.n));
		tree_connect(&message, 1);
		smb_send(k, &message);
		cr_assert_eq(k->counts.of[COUNT_NBSS_MALFORMED], 1);
		cr_assert_eq(n_tree_connects(k), 1, "type %02X", types[i]);
		smb_kit_free(k);
	}
}

Test(nbss, after_a_search_one_message_in_its_place_proves_the_framing)
{
	struct smb_kit *k = smb_kit_new_midstream();

	for (uint64_t i = 1; i <= 2; i++) {
		tree_connect(&message, i);
		smb_send(k, &message);
	}
	smb_kit_say(k, FROM_OPENER, view_of("\x99\0\0\x50", 4));
	tree_connect(&message, 3);
	cr_assert_leq(smb_done(&message).n, 0x50 + 64);
	message.bytes[1] = 0xFF;
	smb_kit_say(k, FROM_OPENER, view_of(message.bytes, 0x50));
	tree_connect(&message, 4);
	smb_send(k, &message);
	cr_assert_eq(n_tree_connects(k), 3);
	smb_kit_free(k);
}

Test(nbss, in_doubt_a_packet_of_another_type_is_searched)
{
	struct smb_kit *k = smb_kit_new_midstream();

	tree_connect(&message, 1);
	smb_send(k, &message);
	smb_kit_say(k, FROM_OPENER, view_of("\x99\xFF\xFF\xFF", 4));
	tree_connect(&message, 2);
	smb_send(k, &message);
	cr_assert_eq(n_tree_connects(k), 2);
	smb_kit_free(k);
}

Test(nbss, after_garbage_the_next_header_is_found_wherever_it_is_cut)
{
	for (size_t cut = 1; cut < 60; cut++) {
		struct smb_kit *k = smb_kit_new_midstream();
		uint8_t stream[512];
		struct view v;

		memset(stream, 'g', 50);
		tree_connect(&message, 1);
		v = smb_done(&message);
		memcpy(stream + 50, v.bytes, v.n);
		smb_kit_say(k, FROM_OPENER, view_of(stream, cut));
		smb_kit_say(k, FROM_OPENER, view_of(stream + cut, 50 + v.n - cut));
		cr_assert_eq(k->counts.of[COUNT_NBSS_RESYNC], 1, "cut at %zu", cut);
		cr_assert_eq(n_tree_connects(k), 1, "cut at %zu", cut);
		smb_kit_free(k);
	}
}

Test(nbss, a_header_with_a_wrong_structure_size_is_not_believed)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	tree_connect(&message, 1);
	message.bytes[8] = 65;
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_NBSS_MALFORMED], 1);
	cr_assert_eq(n_tree_connects(k), 0);
	smb_kit_free(k);
}

Test(nbss, a_hole_inside_bulk_data_loses_only_what_is_missing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct view v;

	write_request(&message, 10000);
	v = smb_done(&message);
	smb_kit_say(k, FROM_OPENER, view_of(v.bytes, 4 + DATA + 1000));
	smb_kit_gap(k, FROM_OPENER, 3000);
	smb_kit_say(k, FROM_OPENER, view_of(v.bytes + 4 + DATA + 4000, 6000));
	tree_connect(&message, 10);
	smb_send(k, &message);
	cr_assert_eq(n_tree_connects(k), 1);
	cr_assert_eq(k->counts.of[COUNT_NBSS_RESYNC], 0);
	cr_assert(strstr(k->log, "write=7000/0/0/3000:"), "%s", k->log);
	smb_kit_free(k);
}

Test(nbss, a_hole_that_ends_with_the_message_needs_no_search)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct view v;

	write_request(&message, 10000);
	v = smb_done(&message);
	smb_kit_say(k, FROM_OPENER, view_of(v.bytes, 4 + DATA + 1000));
	smb_kit_gap(k, FROM_OPENER, 9000);
	tree_connect(&message, 10);
	smb_send(k, &message);
	cr_assert_eq(n_tree_connects(k), 1);
	cr_assert(strstr(k->log, "write=1000/0/0/9000:"), "%s", k->log);
	smb_kit_free(k);
}

Test(nbss, a_hole_across_messages_is_followed_by_a_search)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct view v;

	write_request(&message, 10000);
	v = smb_done(&message);
	smb_kit_say(k, FROM_OPENER, view_of(v.bytes, 4 + DATA + 1000));
	smb_kit_gap(k, FROM_OPENER, 9001);
	smb_kit_say(k, FROM_OPENER, view_of("rest of a message", 17));
	tree_connect(&message, 10);
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_NBSS_RESYNC], 1);
	cr_assert_eq(n_tree_connects(k), 1);
	cr_assert(strstr(k->log, "write=1000/0/0/9000:"), "%s", k->log);
	smb_kit_free(k);
}

Test(nbss, a_hole_inside_a_small_message_gives_that_message_up)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct view v;

	tree_connect(&message, 1);
	v = smb_done(&message);
	smb_kit_say(k, FROM_OPENER, view_of(v.bytes, 70));
	smb_kit_gap(k, FROM_OPENER, v.n - 70);
	tree_connect(&message, 2);
	smb_send(k, &message);
	cr_assert_eq(n_tree_connects(k), 1);
	smb_kit_free(k);
}

Test(nbss, a_stream_that_begins_in_the_middle_of_data_is_taken_up_at_the_next_message)
{
	struct smb_kit *k = smb_kit_new_midstream();

	smb_kit_say(k, FROM_OPENER, view_of("the end of something", 20));
	tree_connect(&message, 1);
	smb_send(k, &message);
	cr_assert_eq(counts_sum(&k->counts, COUNT_OF_MALFORMED), 0);
	cr_assert_eq(n_tree_connects(k), 1);
	smb_kit_free(k);
}

Test(nbss, a_stream_that_begins_at_a_message_lost_nothing)
{
	struct smb_kit *k = smb_kit_new_midstream();

	tree_connect(&message, 1);
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_NBSS_RESYNC], 0);
	cr_assert_eq(n_tree_connects(k), 1);
	smb_kit_free(k);
}

Test(nbss, of_a_padded_message_the_beginning_is_read_and_the_rest_counted)
{
	static const size_t cuts[] = { 1, 5, 1000, LIMIT_MESSAGE_BYTES, LIMIT_MESSAGE_BYTES + 4, LIMIT_MESSAGE_BYTES + 5, 100000 };

	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
		struct view v;

		tree_connect(&message, 9);
		smb_zeros(&message, 2 * LIMIT_MESSAGE_BYTES);
		v = smb_done(&message);
		for (size_t at = 0; at < v.n; at += cuts[i] < 1000 ? 1000 + cuts[i] : cuts[i])
			smb_kit_say(k, FROM_OPENER, view_first(view_after(v, at), cuts[i] < 1000 ? 1000 + cuts[i] : cuts[i]));
		tree_connect(&message, 10);
		smb_send(k, &message);
		cr_assert_eq(k->counts.of[COUNT_SMB_OVERSIZE], 1);
		cr_assert_eq(n_tree_connects(k), 2);
		smb_kit_free(k);
	}
}

Test(nbss, padding_inside_a_compound_hides_nothing_behind_it)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	tree_connect(&message, 9);
	smb_zeros(&message, 2 * LIMIT_MESSAGE_BYTES - message.n + 4);
	smb2_next(&message, 3, 0, (struct smb2_ids){ .message_id = 10, .session_id = SESSION });
	smb_u16(&message, 9);
	smb_u16(&message, 0);
	smb_u16(&message, 64 + 8);
	smb_u16(&message, 18);
	smb_utf16(&message, "\\\\SRV\\D$$");
	smb_send(k, &message);
	cr_assert_eq(n_tree_connects(k), 2);
	smb_kit_free(k);
}

Test(nbss, the_longest_message_is_read_in_pieces_too)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct view v;

	tree_connect(&message, 10);
	smb_zeros(&message, LIMIT_MESSAGE_BYTES - (message.n - 4));
	v = smb_done(&message);
	for (size_t at = 0; at < v.n; at += 1000)
		smb_kit_say(k, FROM_OPENER, view_of(v.bytes + at, v.n - at < 1000 ? v.n - at : 1000));
	cr_assert_eq(k->counts.of[COUNT_SMB_OVERSIZE], 0);
	cr_assert_eq(n_tree_connects(k), 1);
	smb_kit_free(k);
}

Test(nbss, compressed_messages_are_counted_and_passed_over)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	message.n = 4;
	message.way = FROM_OPENER;
	smb_bytes(&message, "\xFCSMB", 4);
	smb_zeros(&message, 500);
	smb_send(k, &message);
	tree_connect(&message, 10);
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED], 1);
	cr_assert_eq(n_tree_connects(k), 1);
	smb_kit_free(k);
}

static void encrypted(struct smb_kit *k, enum way way, size_t n)
{
	message.n = 4;
	message.way = way;
	smb_bytes(&message, "\xFDSMB", 4);
	smb_zeros(&message, 32);
	smb_u32(&message, (uint32_t)n);
	smb_u32(&message, 0x00010000);
	smb_u64(&message, SESSION);
	smb_zeros(&message, n);
	smb_send(k, &message);
}

Test(nbss, encrypted_messages_are_reported_first_and_in_total)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	const Ev__SmbEncrypted *first, *total;

	encrypted(k, FROM_OPENER, 100);
	encrypted(k, FROM_OPENED, 1000);
	encrypted(k, FROM_OPENER, 23);
	cr_assert(smb_kit_close(k));
	first = smb_kit_event(k, EV__EVENT__BODY_SMB_ENCRYPTED, 0)->smb_encrypted;
	total = smb_kit_event(k, EV__EVENT__BODY_SMB_ENCRYPTED, 1)->smb_encrypted;
	cr_assert_eq(first->messages_to_server, 1);
	cr_assert_eq(first->final, 0);
	cr_assert_eq(total->messages_to_server, 2);
	cr_assert_eq(total->messages_to_client, 1);
	cr_assert_eq(total->bytes_to_server, 123);
	cr_assert_eq(total->bytes_to_client, 1000);
	cr_assert_eq(total->final, 1);
	smb_kit_free(k);
}

Test(nbss, two_commands_that_overlap_are_malformed)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	tree_connect(&message, 10);
	smb_set_u32(&message, 20, 63);
	smb_send(k, &message);
	tree_connect(&message, 11);
	smb_set_u32(&message, 20, 100000);
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_SMB2_MALFORMED], 2);
	smb_kit_free(k);
}

Test(nbss, a_compound_is_read_to_its_end_however_many_elements_it_has)
{
	enum { MANY = 1000 };
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb2_begin(&message, 13, 0, ids);
	smb_u32(&message, 4);
	for (int i = 1; i < MANY; i++) {
		smb2_next(&message, 13, 0, ids);
		smb_u32(&message, 4);
	}
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_SMB_MESSAGES], MANY);
	smb_kit_free(k);
}

Test(nbss, data_outside_their_element_are_malformed)
{
	static const uint32_t lengths[] = { 11, 0x7FFFFFFF, 0xFFFFFFFF };

	for (size_t i = 0; i < 3; i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		write_request(&message, 10);
		smb_set_u32(&message, 64 + 4, lengths[i]);
		smb_send(k, &message);
		cr_assert_eq(k->counts.of[COUNT_SMB2_MALFORMED], 1);
		smb_kit_free(k);
	}
}
