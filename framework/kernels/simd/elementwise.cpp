#include <cornu/framework/kernels/elementwise.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/maps.hpp>
#include <cornu/framework/kernels/simd/math.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

struct Reciprocal {
  template <class T>
  static T of(T x) {
    return T(1) / x;
  }
};
struct Rsqrt {
  template <class T>
  static T of(T x) {
    return T(1) / Sqrt::of(x);
  }
};
struct Relu {
  template <class T>
  static T of(T x) {
    return x < T(0) ? T(0) : x;
  }
};
// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|)
struct Softplus {
  template <class T>
  static T of(T x) {
    return Relu::of(x) + Log1p::of(Exp::of(-Abs::of(x)));
  }
};
// x · Φ(x), with Φ(x) = (1 + erf(x / √2)) / 2
struct Gelu {
  static constexpr double root_half = 0.70710678118654752440, density_of_0 = 0.39894228040143267794;

  template <class T>
  static T part(T x) {
    return fused(T(0.5), Erf::of(x * static_cast<T>(root_half)), T(0.5));
  }
  template <class T>
  static T of(T x) {
    return x * part(x);
  }
  template <class T>
  static T slope(T x) {
    return fused(x * static_cast<T>(density_of_0), ExpBelow::of(T(-0.5) * x * x), part(x));
  }
};
// x · (1 + tanh(u)) / 2, with u = √(2 / π) · (x + 0.044715 · x³)
struct GeluByTanh {
  static constexpr double scale = 0.79788456080286535588, cubic = 0.044715;

  template <class T>
  static T tanh_of(T x) {
    return Tanh::of(static_cast<T>(scale) * fused(static_cast<T>(cubic) * x, x * x, x));
  }
  template <class T>
  static T of(T x) {
    return x * fused(T(0.5), tanh_of(x), T(0.5));
  }
  template <class T>
  static T slope(T x) {
    const T y = tanh_of(x), inner = static_cast<T>(scale) * fused(static_cast<T>(3 * cubic) * x, x, T(1));
    return fused(T(0.5) * x * fused(-y, y, T(1)), inner, fused(T(0.5), y, T(0.5)));
  }
};
struct IsNan {
  template <class T>
  static bool of(T x) {
    return x != x;
  }
};
struct IsFinite {
  template <class T>
  static bool of(T x) {
    return x - x == T(0);
  }
};

template <class T>
void relu_gradient(const T* d_y, const T* y, T* d_x, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) d_x[i] = y[i] > T(0) ? d_y[i] : T(0);
}
template <class T>
void sigmoid_gradient(const T* d_y, const T* y, T* d_x, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) d_x[i] = d_y[i] * y[i] * (T(1) - y[i]);
}
template <class T>
void tanh_gradient(const T* d_y, const T* y, T* d_x, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) d_x[i] = d_y[i] * fused(-y[i], y[i], T(1));
}

template <class F, class T>
void gradient_by_slope(const T* d_y, const T* x, T* __restrict d_x, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) d_x[i] = d_y[i] * F::slope(x[i]);
}

// ln(1 + e^−|x|) + |x| · t below 0, |x| · (1 − t) above: nothing cancels
template <class T>
void logistic_loss(const T* t, const T* x, T* __restrict y, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T far = Abs::of(x[i]);
    y[i] = Log1p::of(Exp::of(-far)) + far * (x[i] < T(0) ? t[i] : T(1) - t[i]);
  }
}
template <class T>
void logistic_loss_gradient(const T* d_y, const T* t, const T* x, T* __restrict d_x, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) d_x[i] = d_y[i] * (Sigmoid::of(x[i]) - t[i]);
}

}  // namespace

template <class T>
struct Filled<ElementwiseKernels<T>> {
  static constexpr ElementwiseKernels<T> kernels{
      .exp = unary_map<Exp>,
      .expm1 = unary_map<Expm1>,
      .log = unary_map<Log>,
      .log1p = unary_map<Log1p>,
      .sqrt = unary_map<Sqrt>,
      .rsqrt = unary_map<Rsqrt>,
      .reciprocal = unary_map<Reciprocal>,
      .sin = unary_map<Sin>,
      .cos = unary_map<Cos>,
      .erf = unary_map<Erf>,
      .floor = unary_map<Floor>,
      .ceil = unary_map<Ceil>,
      .round = unary_map<Round>,
      .relu = unary_map<Relu>,
      .sigmoid = unary_map<Sigmoid>,
      .tanh = unary_map<Tanh>,
      .softplus = unary_map<Softplus>,
      .gelu = unary_map<Gelu>,
      .gelu_by_tanh = unary_map<GeluByTanh>,
      .is_finite = unary_map<IsFinite>,
      .is_nan = unary_map<IsNan>,
      .relu_gradient = relu_gradient<T>,
      .sigmoid_gradient = sigmoid_gradient<T>,
      .tanh_gradient = tanh_gradient<T>,
      .gelu_gradient = gradient_by_slope<Gelu, T>,
      .gelu_by_tanh_gradient = gradient_by_slope<GeluByTanh, T>,
      .logistic_loss = logistic_loss<T>,
      .logistic_loss_gradient = logistic_loss_gradient<T>,
  };
};

template const ElementwiseKernels<float>& kernels();
template const ElementwiseKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
