#pragma once
// Internal: elementary functions that the compiler vectorises, in float; in double the C library's.

namespace cornu::kernels::CORNU_ISA {
namespace {

#define CORNU_LIBM(Name, function)                                  \
  struct Name {                                                     \
    static float of(float x) { return __builtin_##function##f(x); } \
    static double of(double x) { return __builtin_##function(x); }  \
  };
CORNU_LIBM(Exp, exp)
CORNU_LIBM(Expm1, expm1)
CORNU_LIBM(Log, log)
CORNU_LIBM(Log1p, log1p)
CORNU_LIBM(Sqrt, sqrt)
CORNU_LIBM(Sin, sin)
CORNU_LIBM(Cos, cos)
CORNU_LIBM(Erf, erf)
CORNU_LIBM(Floor, floor)
CORNU_LIBM(Ceil, ceil)
CORNU_LIBM(Round, rint)
CORNU_LIBM(Tanh, tanh)
CORNU_LIBM(Abs, fabs)
#undef CORNU_LIBM

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
