/*
 * The handlers behind the routes, one file per resource. Each takes a request
 * and fills a response through the service.
 */
#ifndef ASHIATO_WEB_RESOURCES_H
#define ASHIATO_WEB_RESOURCES_H

#include "web/http.h"

/* health.c */
void health_get(struct request *q, struct response *r);

/* session.c */
void session_login(struct request *q, struct response *r);
void session_logout(struct request *q, struct response *r);
void session_get(struct request *q, struct response *r);
void session_password(struct request *q, struct response *r);

/* incidents.c */
void incidents_change(struct request *q, struct response *r);

/* logs.c */
void logs_upload(struct request *q, struct response *r);
/* Begin a log whose body is still to come: of a source that has a token, of somebody who is logged in. */
enum answer logs_begin_sent(struct request *q, struct service_upload **out, char error[SERVICE_ERROR_BYTES]);
enum answer logs_begin_given(struct request *q, struct service_upload **out, char error[SERVICE_ERROR_BYTES]);
void logs_source_add(struct request *q, struct response *r);

/* baseline.c */
void baseline_add_entry(struct request *q, struct response *r);
void baseline_preview(struct request *q, struct response *r);
void baseline_remove(struct request *q, struct response *r);
void baseline_import(struct request *q, struct response *r);

/* reports.c */
void reports_incidents_csv(struct request *q, struct response *r);
void reports_incidents_html(struct request *q, struct response *r);
void reports_baseline_csv(struct request *q, struct response *r);
void reports_baseline_json(struct request *q, struct response *r);
void reports_accesses_csv(struct request *q, struct response *r);
void reports_accesses_html(struct request *q, struct response *r);

/* stream.c */
void stream_get(struct request *q, struct response *r);

/* ui.c: everything outside /api: the dashboard's files. */
void ui_get(struct request *q, struct response *r);

#endif
