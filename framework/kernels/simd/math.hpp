#pragma once
// Internal: elementary functions of one number. Those of float are polynomials without branches, which loops over them
// vectorise; the coefficients are minimax fits in relative error, rounded to float one after the other. Those of double
// are the C library's.
#include <cstdint>

namespace cornu::kernels::CORNU_ISA {
namespace {

// a · b + c, rounded once where the CPU can. Every sum with a product is spelled like this, so that the compiler has no
// choice of its own, and an element's result does not depend on where in a vector it stands.
inline float fused(float a, float b, float c) {
#ifdef __FMA__
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

inline double fused(double a, double b, double c) {
#ifdef __FMA__
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// c0 + c1 x + c2 x² + … (unrolled like this, loops over it vectorise)
inline float polynomial(float, float c0) { return c0; }
template <class... C>
inline float polynomial(float x, float c0, C... rest) {
  return fused(polynomial(x, rest...), x, c0);
}

inline float float_of(std::int32_t bits) { return __builtin_bit_cast(float, bits); }
inline std::int32_t bits_of(float x) { return __builtin_bit_cast(std::int32_t, x); }

// 2^n for n in -126 … 127
inline float power_of_two(std::int32_t n) { return float_of((n + 127) << 23); }

constexpr float infinity = __builtin_inff();
constexpr float ln2_high = 0x1.63p-1f;  // few bits, so that its products with small integers are exact
constexpr float ln2_low = -0x1.bd0106p-13f;

#define CORNU_LIBM(function) \
  static double of(double x) { return __builtin_##function(x); }

struct Abs {
  static float of(float x) { return __builtin_fabsf(x); }
  CORNU_LIBM(fabs)
};
struct Sqrt {
  static float of(float x) { return __builtin_sqrtf(x); }
  CORNU_LIBM(sqrt)
};
struct Sin {
  static float of(float x) { return __builtin_sinf(x); }
  CORNU_LIBM(sin)
};
struct Cos {
  static float of(float x) { return __builtin_cosf(x); }
  CORNU_LIBM(cos)
};
struct Floor {
  static float of(float x) { return __builtin_floorf(x); }
  CORNU_LIBM(floor)
};
struct Ceil {
  static float of(float x) { return __builtin_ceilf(x); }
  CORNU_LIBM(ceil)
};
struct Round {
  static float of(float x) { return __builtin_rintf(x); }
  CORNU_LIBM(rint)
};

// e^x = 2^n · e^r, where x = n ln 2 + r and |r| ≤ ln 2 / 2, and e^r = 1 + r + r² · P(r)
struct Exponential {
  std::int32_t n;
  float r, square, series;  // r, r² and P(r)

  explicit Exponential(float x) {
    constexpr float magic = 0x1.8p23f;  // adding it leaves the nearest integer in the last bits
    const float shifted = fused(x, 0x1.715476p0f, magic), whole = shifted - magic;
    n = bits_of(shifted) - bits_of(magic);
    r = fused(whole, -ln2_low, fused(whole, -ln2_high, x));
    square = r * r;
    series = polynomial(r, 0x1.fffffep-2f, 0x1.5554aap-3f, 0x1.55579ap-5f, 0x1.122c38p-7f, 0x1.6ac05cp-10f);
  }

  // e^r, with what the sum 1 + r loses
  float fraction() const {
    const float sum = 1 + r, lost = r - (sum - 1);
    return sum + fused(square, series, lost);
  }
  // e^r − 1
  float fraction_less_one() const { return fused(square, series, r); }

  // In two steps, because 2^128 is not a float and 2^−150 is none either, though their products with e^r may be.
  float value() const {
    const std::int32_t half = n >> 1;
    return fraction() * power_of_two(half) * power_of_two(n - half);
  }
};

// x held where e^x is neither 0 nor infinite, or just beyond; NaN stays.
inline float held(float x, float low, float high) {
  const float raised = x < low ? low : x;
  return raised > high ? high : raised;
}

struct Exp {
  static float of(float x) { return Exponential(held(x, -104, 89)).value(); }
  CORNU_LIBM(exp)
};

// e^x for x ≤ 0, within 2 units in the last place; 0 below −87, where floats begin to lack digits
struct ExpBelow {
  static float of(float x) {
    const Exponential e(x < -87 ? -87 : x);
    const float y = fused(fused(e.series, e.r, 1), e.r, 1) * power_of_two(e.n);
    return x < -87 ? 0 : y;
  }
  CORNU_LIBM(exp)
};

// e^x − 1 = 2^n · (e^r − 1) + (2^n − 1)
struct Expm1 {
  static float of(float x) {
    const Exponential e(held(x, -20, 89));
    const float scale = power_of_two(e.n);
    const float y = x > 20 ? e.value() : fused(scale, e.fraction_less_one(), scale - 1);
    return x == 0 ? x : y;
  }
  CORNU_LIBM(expm1)
};

// ln(x + low), where low is less than x's last place: x = 2^k · (1 + f) with √½ ≤ 1 + f < √2, and
// ln(1 + f) = f − f²/2 + f³ · P(f)
inline float logarithm(float x, float low) {
  const bool denormal = x < 0x1p-126f;
  const float normal = denormal ? x * 0x1p23f : x;
  constexpr std::uint32_t root_half = 0x3f3504f3;  // as bits
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(bits_of(normal)) - root_half);
  const auto k = static_cast<float>((shifted >> 23) - (denormal ? 23 : 0));
  const float f = float_of((shifted & 0x7fffff) + static_cast<std::int32_t>(root_half)) - 1;
  const float cubic = polynomial(f, 0x1.555544p-2f, -0x1.fffffep-3f, 0x1.99a626p-3f, -0x1.55664cp-3f, 0x1.2327aap-3f,
                                 -0x1.fadb6p-4f, 0x1.e67390p-4f, -0x1.e4ae54p-4f, 0x1.1cbb76p-4f);
  const float square = f * f;
  const float small = fused(square * f, cubic, fused(k, ln2_low, low));
  const float y = fused(k, ln2_high, f + fused(-0.5f, square, small));
  const float above = x < infinity ? y : x;
  const float below = x == 0 ? -infinity : __builtin_nanf("");
  return x > 0 ? above : below;
}

struct Log {
  static float of(float x) { return logarithm(x, 0); }
  CORNU_LIBM(log)
};

// ln(1 + x), with what the sum 1 + x loses
struct Log1p {
  static float of(float x) {
    const float sum = 1 + x, part = sum - 1, lost = (1 - (sum - part)) + (x - part);
    const float y = logarithm(sum, lost / sum);
    return x == 0 ? x : y;
  }
  CORNU_LIBM(log1p)
};

// x + x³ · P(x²) near 0, ±(1 − 2 / (e^|2x| + 1)) elsewhere
struct Tanh {
  static float of(float x) {
    const float a = Abs::of(x), z = x * x;
    const float near = fused(
        x * z, polynomial(z, -0x1.55553ep-2f, 0x1.1109bep-3f, -0x1.b89aecp-5f, 0x1.54c7f6p-6f, -0x1.82aacep-8f), x);
    const Exponential e(2 * held(a, 0, 10));
    const float far = 1 - 2 / (fused(power_of_two(e.n), e.fraction(), 1));
    return __builtin_copysignf(a < 0.6f ? near : far, x);
  }
  CORNU_LIBM(tanh)
};

// 1 / (1 + e^−x): with z = e^−|x| and q = z / (1 + z), it is 1 − q above 0 and z − z·q below
struct Sigmoid {
  template <class T>
  static T of(T x) {
    const T z = Exp::of(-Abs::of(x)), q = z / (1 + z);
    const T whole = x < 0 ? z : T(1);
    return fused(-whole, q, whole);
  }
};

// x + x · P(x²) near 0, ±(1 − e^−Q(|x|)) elsewhere
struct Erf {
  static float of(float x) {
    const float a = Abs::of(x), z = x * x;
    const float near = fused(x,
                             polynomial(z, 0x1.06eba8p-3f, -0x1.81274p-2f, 0x1.ce2d6p-4f, -0x1.b8006p-6f,
                                        0x1.543f2ap-8f, -0x1.a583bap-11f, 0x1.4d285p-14f),
                             x);
    const float q = polynomial(held(a, 0, 3.95f), 0x1.5d15bcp-13f, 0x1.20b752p0f, 0x1.4621b8p-1f, 0x1.aa7340p-4f,
                               -0x1.6d9d3ap-6f, 0x1.91ce0ap-9f, -0x1.9fb510p-13f);
    const Exponential e(-q);
    const float far = fused(-power_of_two(e.n), e.fraction(), 1);
    return a < 0.9f ? near : __builtin_copysignf(far, x);
  }
  CORNU_LIBM(erf)
};

#undef CORNU_LIBM

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
