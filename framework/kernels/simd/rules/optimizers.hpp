#pragma once
// Internal: what the rules of the optimizers share. Products are not fused into sums in their files (see
// .cmake/library.cmake), so that an element's result does not depend on whether it was computed in a vector or in the
// rest of a run.

namespace cornu::kernels::CORNU_ISA {
namespace {

inline float root(float x) { return __builtin_sqrtf(x); }
inline double root(double x) { return __builtin_sqrt(x); }

inline float magnitude(float x) { return __builtin_fabsf(x); }
inline double magnitude(double x) { return __builtin_fabs(x); }

inline float with_sign(float size, float sign) { return __builtin_copysignf(size, sign); }
inline double with_sign(double size, double sign) { return __builtin_copysign(size, sign); }

// What a number may fade to whose sign must not get lost: see Lion.
inline float faintest(float) { return 1024 * __FLT_MIN__; }
inline double faintest(double) { return 1024 * __DBL_MIN__; }

inline bool is_below_normal(float x) { return magnitude(x) < __FLT_MIN__; }
inline bool is_below_normal(double x) { return magnitude(x) < __DBL_MIN__; }

// x, or 0 below the smallest normal number.
template <class T>
inline T flushed(T x) {
  return is_below_normal(x) ? T(0) : x;
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
