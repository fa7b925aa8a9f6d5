/*
 * exchange.h - inside core/api only: one request from its body to its answer.
 */
#pragma once

#include "api/api.h"
#include "net/http.h"
#include "net/route.h"

enum {
	API_NAME_BYTES = 64,              /* longest actor or role */
	API_LINE_BYTES = 256 * 1024,      /* longest event line */
	API_WINDOW = 512,                 /* lines not yet answered */
	API_ANSWER_BYTES = 64 * 1024 * 1024
};

struct api {
	struct api_options opt;
	struct http_server *server;
	struct arena scratch; /* a question as it is parsed; reset for each */
	struct buf out;       /* an answer as bytes; reset for each */
};

/* on_head: the body's lines are posted while they arrive. */
void exchange_take_lines(struct api *api, struct http_request *req);
/* on_request: one event, or several lines in one body. */
void exchange_post(struct api *api, struct http_request *req);
void exchange_import(struct api *api, struct http_request *req);
/* A question or command; GET asks only. */
void exchange_ask(struct api *api, struct http_request *req, const char *name);
