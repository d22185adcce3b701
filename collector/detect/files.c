#include "collector/detect/files.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"
#include "collector/detect/executables.h"
#include "collector/detect/glob.h"
#include "collector/detect/pipes.h"
#include "collector/detect/trees.h"
#include "proto/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHA256_BYTES = 32, SHA256_HEX_CHARS = 64 };

/* What one event says about one file. */
struct file {
	struct session *session;
	const char *share;	/* \\HOST\SHARE or NULL */
	char *path;		/* \\HOST\SHARE\path */
	const char *new_path;
	const char *source;	/* of a copy: \\HOST\SHARE\path, or NULL */
	const char *action;
	const char *kind;
	uint64_t bytes;
	bool complete, executable, is_admin;
	char sha256[SHA256_HEX_CHARS + 1];
};

/* The whole path; the server's address and "?" stand for a share that was not captured. */
static char *whole_path(const struct session *x, const char *share, const char *path)
{
	char *whole = NULL;
	path += strspn(path, "\\");
	int n = share ? asprintf(&whole, "%s\\%s", share, path) : asprintf(&whole, "\\\\%s\\?\\%s", x->destination, path);
	return n < 0 ? NULL : whole;
}

/* False if there is nothing to tell: then nothing needs freeing. */
static bool begin(const struct feed *f, struct file *file, bool has_session, uint64_t session_id, const char *path)
{
	file->session = feed_session(f, has_session ? session_id : 0, false);
	if (!file->session || !path || !path[0])
		return false;
	file->is_admin = trees_is_admin(f, file->share);
	file->path = whole_path(file->session, file->share, path);
	return file->path != NULL;
}

/* ---- steps ---- */

static const char *step_name(const struct file *file, char name[32])
{
	snprintf(name, 32, "file.%s%s", file->action, file->executable ? ".exe" : "");
	return name;
}

static json_t *describe(const struct file *file)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "path", file->path);
	detail_put_text(&detail, "new_path", file->new_path);
	detail_put_text(&detail, "source", file->source);
	detail_put_text(&detail, "kind", file->kind);
	detail_put_text(&detail, "sha256", file->sha256[0] ? file->sha256 : NULL);
	if (strcmp(file->action, "write") == 0 || strcmp(file->action, "read") == 0) {
		detail_put_number(&detail, "bytes", file->bytes);
		json_object_set_new(detail, "complete", json_boolean(file->complete));
	}
	return detail;
}

/* Tell the step of ${file}; one that only said "opened" becomes it. The event that the file is known by afterwards. */
static struct event_key tell_step(const struct feed *f, const struct file *file)
{
	char name[32];
	struct session *x = file->session;
	trees_imply(f, x, file->share);
	struct act act = acts_of(f, step_name(file, name), describe(file), true);
	bool moved = strcmp(file->action, "write") == 0 || strcmp(file->action, "read") == 0;
	struct held_step *opened = moved ? acts_find(x, "file.open.exe", "path", file->path) : NULL;
	if (opened) {
		struct event_key key = opened->row.event;
		acts_change(f->detect, x, opened, &act);
		return key;
	}
	const struct held_step *step = acts_add(f->detect, x, &act);
	return step && step->row.count == 1 ? step->row.event : f->key;
}

static void tell(const struct feed *f, const struct file *file)
{
	struct session *x = file->session;
	struct file_row row = {
		.event = f->key,
		.site = x->row.site,
		.source = x->row.source,
		.destination = x->row.destination,
		.path = file->path,
		.action = file->action,
		.bytes = file->bytes,
		.complete = file->complete,
		.sha256 = file->sha256[0] ? file->sha256 : NULL,
		.kind = file->kind,
		.executable = file->executable,
		.time_ns = f->event->time,
	};
	if (file->is_admin)
		row.event = tell_step(f, file);
	else if (!file->executable)
		return;
	if (x->row.is_access)
		row.access = x->row.key;
	f->detect->sink.file(f->detect->sink.ctx, &row);
}

/* True if this session moved or opened the file as an executable before, or anybody put it there as one. */
static bool is_known_executable(const struct feed *f, const struct file *file)
{
	static const char *const names[] = { "file.write.exe", "file.read.exe", "file.open.exe" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (acts_find(file->session, names[i], "path", file->path))
			return true;
	return file->is_admin && executables_knows(f, file->path);
}

/* True if ${file}, one that gets another name, is an executable by either or by what is known of it. */
static bool is_executable_by_any_name(const struct feed *f, const struct file *file)
{
	return catalogue_is_executable(f->detect->catalogue, NULL, file->path) ||
	       catalogue_is_executable(f->detect->catalogue, NULL, file->new_path) || is_known_executable(f, file);
}

/* What lies on an admin share from now on. */
static void remember(const struct feed *f, const struct file *file)
{
	if (file->is_admin && file->executable)
		executables_learn(f, file->path);
	else if (file->is_admin && strcmp(file->action, "write") == 0)
		executables_forget(f, file->path);
}

/* The new name of ${file} is that of an executable too. */
static void remember_new_name(const struct feed *f, const struct file *file)
{
	bool has_new = file->is_admin && file->executable && file->new_path;
	char *path = has_new ? whole_path(file->session, file->share, file->new_path) : NULL;
	if (path)
		executables_learn(f, path);
	free(path);
}

/* ---- events ---- */

/* An executable opened on an admin share is told at once: the capture may end before a byte moves. */
static void opened(const struct feed *f, const Ev__SmbCreate *body)
{
	struct file file = { .share = body->share, .action = "open" };
	if (!begin(f, &file, body->has_session_id, body->session_id, body->path))
		return;
	file.executable = catalogue_is_executable(f->detect->catalogue, NULL, file.path);
	if (file.is_admin)
		trees_imply(f, file.session, file.share);
	if (file.is_admin && file.executable && !acts_find(file.session, "file.write.exe", "path", file.path) &&
	    !acts_find(file.session, "file.read.exe", "path", file.path))
		tell(f, &file);
	free(file.path);
}

void files_create(const struct feed *f)
{
	const Ev__SmbCreate *body = f->event->smb_create;
	struct session *x = feed_session(f, body->has_session_id ? body->session_id : 0, false);
	if (!x || !feed_succeeded(f) || !body->path || (body->has_is_directory && body->is_directory))
		return;
	if (body->has_is_pipe && body->is_pipe)
		pipes_opened(f, x, body->path);
	else
		opened(f, body);
}

void files_transfer(const struct feed *f)
{
	const Ev__SmbTransfer *body = f->event->smb_transfer;
	struct feed whole = *f;
	struct file file = { .share = body->share,
			     .action = strcmp(body->direction, "write") == 0 ? "write" : "read",
			     .kind = body->kind,
			     .bytes = body->bytes,
			     .complete = body->complete };
	if (body->has_last_time && body->last_time > whole.last_ns)
		whole.last_ns = body->last_time;
	if (body->bytes == 0 || !begin(&whole, &file, body->has_session_id, body->session_id, body->path))
		return;
	if (body->has_sha256 && body->sha256.len == SHA256_BYTES)
		text_hex(body->sha256.data, SHA256_BYTES, file.sha256);
	file.executable = catalogue_is_executable(f->detect->catalogue, body->kind, file.path);
	tell(&whole, &file);
	remember(f, &file);
	free(file.path);
}

void files_rename(const struct feed *f)
{
	const Ev__SmbRename *body = f->event->smb_rename;
	struct file file = { .share = body->share, .action = "rename", .new_path = body->new_path };
	if (!feed_succeeded(f) || !begin(f, &file, body->has_session_id, body->session_id, body->path))
		return;
	file.executable = is_executable_by_any_name(f, &file);
	tell(f, &file);
	executables_forget(f, file.path);
	remember_new_name(f, &file);
	free(file.path);
}

/* One more name for a file: it can be run by that from now on. */
void files_link(const struct feed *f)
{
	const Ev__SmbLink *body = f->event->smb_link;
	struct file file = { .share = body->share, .action = "link", .new_path = body->new_path };
	if (!feed_succeeded(f) || !begin(f, &file, body->has_session_id, body->session_id, body->path))
		return;
	file.executable = is_executable_by_any_name(f, &file);
	tell(f, &file);
	remember_new_name(f, &file);
	free(file.path);
}

/* The server copied: what lies at the path now was not on the wire. */
void files_copy(const struct feed *f)
{
	const Ev__SmbCopy *body = f->event->smb_copy;
	struct file file = { .share = body->share, .action = "copy", .bytes = body->bytes };
	if (!feed_succeeded(f) || !begin(f, &file, body->has_session_id, body->session_id, body->path))
		return;
	char *source = body->source_path ? whole_path(file.session, body->source_share, body->source_path) : NULL;
	file.source = source;
	file.executable = catalogue_is_executable(f->detect->catalogue, NULL, file.path) ||
			  catalogue_is_executable(f->detect->catalogue, NULL, source) ||
			  (source && executables_knows(f, source)) || is_known_executable(f, &file);
	if (!file.is_admin && trees_is_admin(f, body->source_share)) {
		file.is_admin = true;
		file.share = body->source_share;
	}
	tell(f, &file);
	remember(f, &file);
	free(source);
	free(file.path);
}

/* A file that was to be deleted when closed is, too, when its connection ends: that is no exchange with an answer. */
static bool is_deleted(const struct feed *f, const Ev__SmbDelete *body)
{
	if (body->taken_back)
		return false;
	return feed_succeeded(f) || (!f->event->has_status && body->by != NULL && strcmp(body->by, "disconnect") == 0);
}

void files_delete(const struct feed *f)
{
	const Ev__SmbDelete *body = f->event->smb_delete;
	struct file file = { .share = body->share, .action = "delete" };
	if (!is_deleted(f, body) || !begin(f, &file, body->has_session_id, body->session_id, body->path))
		return;
	file.executable = catalogue_is_executable(f->detect->catalogue, NULL, file.path) ||
			  is_known_executable(f, &file);
	tell(f, &file);
	executables_forget(f, file.path);
	free(file.path);
}
