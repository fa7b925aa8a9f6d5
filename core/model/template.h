/*
 * template.h - sentences with placeholders: "{customer.first_name}",
 * "{promise.due|date}". Stored as they are and rendered only when somebody
 * reads them, so nothing keeps a name that was erased.
 */
#pragma once

#include "base/problem.h"
#include "model/record.h"

struct rulebook;
struct schema;
struct world;

/*
 * Renders a template. `subject` is the record the task is about; paths start
 * with a name in `extra` (a map, NULL: none), the subject's kind, "deal",
 * "customer", another record the subject or its deal refers to, "seller",
 * "handler" (people), or a field of the subject. Formats: |date |time |money
 * |percent |plate |phone |hours; without one a field shows as its type wants.
 * "{deal.link}" is the record's name, "D128". People show by their names.
 * Lists are joined by commas. Unknown or empty parts print as "?", or not at
 * all, brackets and space before them included, when alone in brackets: " (x)";
 * a customer's name as what is known of them: phone, e-mail, outsider's id, how
 * they came.
 * w->get may be asked for ids of other homes and answer NULL.
 */
void template_render(struct buf *out, struct text template,
		     const struct world *w, const struct rulebook *rb,
		     const struct record *subject, const struct value *extra);
