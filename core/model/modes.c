#include "model/modes.h"

bool modes_on(const struct world *w, const struct card *mode)
{
	const struct record *roof;
	const struct value *on;

	if (w == NULL || w->by_ref == NULL || mode->kind != CARD_MODE)
		return false;
	roof = w->by_ref(w->ctx, TEXT("rooftop"), TEXT("rooftop"));
	on = roof != NULL ? value_get(&roof->fields, "modes") : NULL;
	for (uint32_t i = 0; on != NULL && on->kind == VALUE_LIST &&
		i < on->count; i++)
		if (text_equal(value_as_text(&on->as.items[i]), mode->name))
			return true;
	return false;
}

/* The n-th mode that is on, in the order of the cards; NULL past the end. */
static const struct card *nth_on(const struct world *w,
				 const struct rulebook *rb, uint32_t *at)
{
	while (rb->has_modes && *at < rb->n_cards) {
		const struct card *c = &rb->cards[(*at)++];

		if (c->kind == CARD_MODE && modes_on(w, c))
			return c;
	}
	return NULL;
}

struct value modes_setting(const struct world *w, const struct rulebook *rb,
			   const struct setting *s, struct text person,
			   struct text brand)
{
	const struct card *c;
	uint32_t at = 0;

	while ((c = nth_on(w, rb, &at)) != NULL)
		for (uint32_t i = 0; i < c->mode->n_sets; i++)
			if (text_equal(c->mode->sets[i].setting, s->name))
				return c->mode->sets[i].value;
	return setting_value(rb, s, person, brand);
}

static bool has_role(const struct rulebook *rb, struct text person,
		     struct text role)
{
	const struct person *p = rulebook_person(rb, person);

	return p != NULL && person_has_role(p, role.at);
}

const struct card *modes_never(const struct world *w,
			       const struct rulebook *rb, struct text person,
			       struct text what)
{
	const struct card *c;
	uint32_t at = 0;

	while ((c = nth_on(w, rb, &at)) != NULL)
		for (uint32_t i = 0; i < c->mode->n_nevers; i++)
			if (text_equal(c->mode->nevers[i].what, what) &&
				has_role(rb, person, c->mode->nevers[i].role))
				return c;
	return NULL;
}

int64_t modes_protected(const struct world *w, const struct rulebook *rb,
			struct text person, int64_t at_ms)
{
	const struct card *c;
	struct civil now;
	uint32_t at = 0;
	int64_t until;
	int minute;

	while ((c = nth_on(w, rb, &at)) != NULL)
		for (uint32_t i = 0; i < c->mode->n_protects; i++) {
			const struct mode_protect *p = &c->mode->protects[i];

			zone_civil(rb->zone, at_ms, &now);
			minute = now.hour * 60 + now.minute;
			if (minute < p->from_minute ||
				minute >= p->to_minute ||
				!has_role(rb, person, p->role))
				continue;
			now.hour = (int8_t)(p->to_minute / 60);
			now.minute = (int8_t)(p->to_minute % 60);
			now.second = 0;
			now.milli = 0;
			zone_utc(rb->zone, &now, &until);
			return until;
		}
	return 0;
}

const struct span *modes_push(const struct world *w, const struct rulebook *rb,
			      const struct card *card, struct text step)
{
	const struct card *c;
	uint32_t at = 0;

	while ((c = nth_on(w, rb, &at)) != NULL)
		for (uint32_t i = 0; i < c->mode->n_pushes; i++)
			if (text_equal(c->mode->pushes[i].card, card->name) &&
				text_equal(c->mode->pushes[i].step, step))
				return &c->mode->pushes[i].by;
	return NULL;
}
