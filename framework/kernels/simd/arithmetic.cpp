#include <cornu/framework/kernels/arithmetic.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/maps.hpp>
#include <cornu/framework/kernels/simd/modular.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class T>
constexpr bool floating = static_cast<T>(0.5) != T(0);

struct Add {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(modular(a) + modular(b));
  }
};
struct Subtract {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(modular(a) - modular(b));
  }
};
struct Multiply {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(modular(a) * modular(b));
  }
};
struct SquaredDifference {
  template <class T>
  static T of(T a, T b) {
    const auto difference = modular(a) - modular(b);
    return static_cast<T>(difference * difference);
  }
};
struct Divide {
  template <class T>
  static T of(T a, T b) {
    return a / b;
  }
};
struct Maximum {
  template <class T>
  static T of(T a, T b) {
    const T larger = a > b ? a : b;  // b where one of them is NaN
    return a != a ? a : larger;
  }
};
struct Minimum {
  template <class T>
  static T of(T a, T b) {
    const T smaller = a < b ? a : b;
    return a != a ? a : smaller;
  }
};

float remainder_of(float a, float b) { return __builtin_fmodf(a, b); }
double remainder_of(double a, double b) { return __builtin_fmod(a, b); }
template <class T>
T remainder_of(T a, T b) {
  return b == T(-1) ? T(0) : static_cast<T>(a % b);  // the smallest integer over -1 would trap
}

struct Nearest {
  static float of(float x) { return __builtin_rintf(x); }
  static double of(double x) { return __builtin_rint(x); }
};

// Whether rounding down, not towards zero, leaves another remainder: one that is not 0, of another sign than b.
template <class T>
bool rounds_down(T remainder, T b) {
  return remainder != T(0) && (remainder < T(0)) != (b < T(0));
}

struct Mod {
  template <class T>
  static T of(T a, T b) {
    const T remainder = remainder_of(a, b);
    return rounds_down(remainder, b) ? static_cast<T>(remainder + b) : remainder;
  }
};

struct FloorDivide {
  template <class T>
  static T of(T a, T b) {
    const T remainder = remainder_of(a, b);
    if constexpr (floating<T>) {
      if (b == T(0)) return a / b;
      return Nearest::of((a - remainder) / b) - T(rounds_down(remainder, b));
    } else {
      if (b == T(-1)) return Subtract::of(T(0), a);
      return static_cast<T>(a / b - rounds_down(remainder, b));
    }
  }
};

struct Power {
  static float of(float a, float b) { return __builtin_powf(a, b); }
  static double of(double a, double b) { return __builtin_pow(a, b); }
};

struct Negative {
  template <class T>
  static T of(T x) {
    return static_cast<T>(-modular(x));
  }
};
struct Square {
  template <class T>
  static T of(T x) {
    return Multiply::of(x, x);
  }
};
struct Abs {
  static float of(float x) { return __builtin_fabsf(x); }
  static double of(double x) { return __builtin_fabs(x); }
  template <class T>
  static T of(T x) {
    return x < T(0) ? Negative::of(x) : x;
  }
};
struct Sign {
  template <class T>
  static T of(T x) {
    const T sign = x > T(0) ? T(1) : x < T(0) ? T(-1) : T(0);
    return x != x ? x : sign;
  }
};

template <class T>
void clip(const T* x, T low, T high, T* y, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T raised = x[i] < low ? low : x[i];
    y[i] = raised > high ? high : raised;
  }
}

template <class F, class T>
constexpr BinaryMap<T> floating_map() {
  if constexpr (floating<T>)
    return binary_map<F, T, T>;
  else
    return nullptr;
}

}  // namespace

template <class T>
struct Filled<ArithmeticKernels<T>> {
  static constexpr ArithmeticKernels<T> kernels{
      .add = binary_map<Add>,
      .subtract = binary_map<Subtract>,
      .multiply = binary_map<Multiply>,
      .squared_difference = binary_map<SquaredDifference>,
      .divide = floating_map<Divide, T>(),
      .maximum = binary_map<Maximum>,
      .minimum = binary_map<Minimum>,
      .floor_divide = binary_map<FloorDivide>,
      .mod = binary_map<Mod>,
      .power = floating_map<Power, T>(),
      .negative = unary_map<Negative>,
      .square = unary_map<Square>,
      .abs = unary_map<Abs>,
      .sign = unary_map<Sign>,
      .clip = clip<T>,
  };
};

template const ArithmeticKernels<float>& kernels();
template const ArithmeticKernels<double>& kernels();
template const ArithmeticKernels<std::int32_t>& kernels();
template const ArithmeticKernels<std::int64_t>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
