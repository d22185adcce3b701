#include "sensor/rpc/decode.h"

#include <string.h>

/* ---- arguments ---- */

static Ev__RpcArgument *add(struct decoding *d, const char *name)
{
	Ev__RpcArgument *arg;

	if (name == NULL || d->n_args == LIMIT_RPC_ARGS)
		return NULL;
	arg = arena_take(d->arena, sizeof(*arg));
	if (arg == NULL)
		return NULL;
	ev__rpc_argument__init(arg);
	arg->name = text_lend(name);
	d->args[d->n_args++] = arg;
	return arg;
}

void decode_text(struct decoding *d, const char *name, char *text)
{
	Ev__RpcArgument *arg = text != NULL ? add(d, name) : NULL;

	if (arg != NULL)
		arg->text = text;
}

void decode_number(struct decoding *d, const char *name, uint64_t number)
{
	Ev__RpcArgument *arg = add(d, name);

	if (arg == NULL)
		return;
	arg->has_number = true;
	arg->number = number;
}

static const Ev__RpcArgument *find(const struct decoding *d, const char *name)
{
	for (size_t i = 0; i < d->n_args; i++)
		if (d->args[i]->name != NULL && strcmp(d->args[i]->name, name) == 0)
			return d->args[i];
	return NULL;
}

const char *decode_text_of(const struct decoding *d, const char *name)
{
	const Ev__RpcArgument *arg = find(d, name);

	return arg != NULL ? arg->text : NULL;
}

uint64_t decode_number_of(const struct decoding *d, const char *name)
{
	const Ev__RpcArgument *arg = find(d, name);

	return arg != NULL && arg->has_number ? arg->number : 0;
}

/* ---- parameters ---- */

void decode_params(struct decoding *d, struct ndr *n, const struct param *params)
{
	for (const struct param *p = params; p->read != NULL && ndr_ok(n); p++)
		p->read(d, n, p->name);
}

bool decode_run(struct decoding *d, const struct decoder *row)
{
	d->chars = row->chars;
	decode_params(d, &d->in, row->in);
	if (!ndr_ok(&d->in))
		return false;
	d->n_behind = d->next_behind = 0;
	if (row->out != NULL && cur_left(&d->out.c) > 0)
		decode_params(d, &d->out, row->out);
	return true;
}

/* [MS-RPCE] 2.2.2.13: a client may state behind the stub, at a multiple of 4, what it believes to have agreed on. */
static bool is_at_verification_trailer(const struct cursor *at)
{
	static const uint8_t magic[] = { 0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71 };
	struct cursor c = *at;

	cur_align(&c, 4);
	return cur_sees(&c, magic, sizeof(magic));
}

bool decode_is_exact(const struct decoding *d)
{
	return !d->has_rest && ndr_ok(&d->in) && (cur_left(&d->in.c) < 8 || is_at_verification_trailer(&d->in.c));
}
