#include "ask/who.h"

static struct value deals_value(struct view *v, const struct home *h)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < h->n_records; i++) {
		const struct record *r = h->records[i];
		struct value one = value_map();

		if (!text_is(r->kind, "deal"))
			continue;
		put_id(v, &one, "deal", r->kind, r->id);
		put_text(v, &one, "ref", r->ref);
		put_text(v, &one, "state", deal_text(v, r, "state"));
		put_text(v, &one, "state_text",
			words_code(v, deal_text(v, r, "state")));
		put_text(v, &one, "handler", field_text(r, "handler"));
		put_text(v, &one, "car", words_car(v, r));
		value_append(v->a, &list, one);
	}
	return list;
}

static struct value who_value(struct view *v, const struct record *r)
{
	const struct home *h = view_home(v, r->id);
	const struct record *customer = view_customer(v, r);
	struct value map = value_map();

	if (customer == NULL)
		customer = r;
	put_id(v, &map, "id", customer->kind, customer->id);
	put_text(v, &map, "kind", customer->kind);
	put_text(v, &map, "name", words_customer(v, customer));
	put_text(v, &map, "ref", customer->ref);
	put_text(v, &map, "phone", field_text(customer, "phone"));
	put_text(v, &map, "email", field_text(customer, "email"));
	value_put(v->a, &map, "deals",
		h != NULL ? deals_value(v, h) : value_list());
	return map;
}

static void search(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct found found = {.v = v}, homes = {.v = v};
	struct value list = value_list();
	struct text typed;

	args_known(args, "text", p);
	typed = args_text(v->a, args, "text", true, p);
	if (p->errors > 0)
		return;
	found_search(&found, typed, TEXT(""), false);
	for (uint32_t i = 0; i < found.n; i++) {
		uint32_t before = homes.n;
		const struct record *first =
			view_record(v, found.items[i]->home);

		/* one answer a home */
		found_add(&homes, first != NULL ? first : found.items[i]);
		if (homes.n > before)
			value_append(
				v->a, &list, who_value(v, homes.items[before]));
	}
	*out = value_map();
	put_text(v, out, "text", typed);
	value_put(v->a, out, "found", list);
}

fl_status ask_search(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, search);
}
