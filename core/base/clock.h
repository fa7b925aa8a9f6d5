/*
 * clock.h - the one seam to the clocks. Nothing else in core reads a clock
 * (lint proves it). Engine and model get `now` as an argument.
 */
#pragma once

#include "base/status.h"

int64_t clock_wall_ms(void); /* UTC ms since 1970; may step */
int64_t clock_mono_us(void); /* monotonic, for waiting and measuring only */
int64_t clock_thread_cpu_us(void);
