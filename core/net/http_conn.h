/*
 * http_conn.h - inside core/net only: connections and requests of the server.
 *
 *             head whole            body whole           answered
 *   HEAD ------------------> BODY ------------> WAIT ------------> HEAD
 *     |                        |                  |  (no keep-alive)
 *     +-- refused, timed out --+------------------+----> LINGER ---> CLOSED
 *     +------------------------ broken, server freed -------------> CLOSED
 *
 * HEAD: between requests or inside a head. BODY: the request exists, its body
 * arrives (maybe of no bytes). WAIT: whole, the answer is not. LINGER: the
 * last answer is on its way out, input is eaten. CLOSED: only memory is left,
 * freed by the stream's last callback.
 */
#pragma once

#include "loop/stream.h"
#include "net/http.h"
#include "net/http_parse.h"

enum http_state {
	HTTP_HEAD = 0,
	HTTP_BODY,
	HTTP_WAIT,
	HTTP_LINGER,
	HTTP_CLOSED
};

/* Progress over time: so many bytes in each span of so many ms. */
struct http_gate {
	int64_t since_ms; /* start of the span */
	uint64_t bytes;	  /* the count then */
};

enum { HTTP_PLACES = 4 };

struct http_server {
	struct loop *loop; /* borrowed */
	struct http_server_options opt;
	struct listener *places[HTTP_PLACES];
	uint32_t place_count;
	struct loop_timer *sweep;
	int64_t sweep_ms;
	struct http_conn *conns; /* all that are not CLOSED */
	uint32_t conn_count;
	bool draining;
	int64_t date_s; /* second that `date` shows */
	char date[32];
};

struct http_conn {
	struct http_server *server; /* NULL when CLOSED */
	struct http_conn *next, **prev;
	struct stream *stream;
	struct http_parse *parse;
	struct http_request *req; /* of BODY and WAIT; counted */
	struct loop_task task;	  /* end of iteration: advance and write */
	struct buf in;		  /* read, not yet parsed */
	struct buf out;		  /* answers not yet given to the stream */
	struct buf sending;	  /* the stream's until its callback */
	size_t chunk_at;	  /* open chunk in `out`, 1-based; 0: none */
	enum http_state state;
	bool writing;	  /* `sending` is in use */
	bool eof;	  /* the other side sends no more */
	bool doomed;	  /* close at the end of the iteration */
	bool finished;	  /* LINGER: our end is shut */
	bool served;	  /* had a request already */
	int64_t since_ms; /* state or last bytes began, by kind of wait */
	struct http_gate in_gate, out_gate;
	uint64_t body_bytes;   /* of the request at work */
	uint64_t queued_bytes; /* ever given to the stream */
};

struct http_request {
	struct http_conn *conn; /* NULL: gone */
	uint32_t refs;		/* connection, answerer, http_ref() */
	struct http_head head;
	const char *path, *query; /* into head */
	struct buf body;
	struct buf extra; /* further answer fields */
	bool continues; /* expects 100 before the body */
	bool lines_on;	/* lines were taken */
	bool handed;	/* its answerer is the upper floor */
	bool begun;	/* answer head written */
	bool answered;	/* answer complete */
	bool no_body;	/* answer has none (HEAD, 204, 304) */
	bool plain;	/* HTTP/1.0: parts without chunks */
	bool last;	/* close after the answer */
	struct http_lines lines;
	struct buf held;       /* body bytes not yet handed over */
	size_t held_at;	       /* handed over up to here */
	size_t held_scan;      /* no line end before here */
	int64_t line_since_ms; /* a line is half there since; 0: none */
	uint32_t in_flight;    /* lines handed over, not answered */
	bool long_line;	       /* eating one that is too long */
	bool lines_whole;      /* no more will arrive */
	bool lines_told;       /* on_end was called */
	fl_status lines_why;   /* for on_end */
	void *data;
};

int64_t http_now_ms(void); /* monotonic */

/* http_conn.c */
void http_conn_open(struct http_server *sv, struct stream *s);
void http_conn_sweep(struct http_conn *c, int64_t now_ms);
void http_conn_close(struct http_conn *c); /* never from inside http_ calls */
void http_conn_touch(struct http_conn *c); /* something to write or to do */
size_t http_conn_unsent(const struct http_conn *c);

/* http_lines.c: the body as lines. Both may call the upper floor. */
void http_lines_pump(struct http_request *req);
void http_lines_end(struct http_request *req, fl_status why);
bool http_lines_full(const struct http_request *req); /* window is used up */

/* http_answer.c */
/* NULL when memory is refused; takes the head over. */
struct http_request *http_request_new(
	struct http_conn *c, struct http_head *head);
/* A problem answer without a request; the connection closes behind it. */
void http_conn_problem(struct http_conn *c, int status, const char *detail);
void http_close_chunk(struct http_conn *c);
