/* unit.h - what every unit test includes: cmocka, faults, seeded numbers. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"

/* splitmix64: the same numbers everywhere for the same seed. */
static inline uint64_t unit_random(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* 0 to n - 1. */
static inline uint32_t unit_below(uint64_t *seed, uint32_t n)
{
	return (uint32_t)(unit_random(seed) % n);
}
