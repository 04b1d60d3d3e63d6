#include <cornu/framework/kernels/comparison.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/maps.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

struct Equal {
  template <class T>
  static bool of(T a, T b) {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  static bool of(T a, T b) {
    return a != b;
  }
};
struct Less {
  template <class T>
  static bool of(T a, T b) {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  static bool of(T a, T b) {
    return a <= b;
  }
};

// Strides known when compiling: each loop is one blend.
template <class T, int condition_stride, int a_stride, int b_stride>
void where_row(const bool* condition, const T* a, const T* b, T* __restrict y, std::int64_t size) {
  const auto* byte = reinterpret_cast<const unsigned char*>(condition);  // bool itself does not vectorise
  for (std::int64_t j = 0; j < size; ++j) {
    const T taken = a[j * a_stride], otherwise = b[j * b_stride];
    y[j] = byte[j * condition_stride] != 0 ? taken : otherwise;
  }
}

template <class T>
using WhereRow = void (*)(const bool* condition, const T* a, const T* b, T* y, std::int64_t size);

template <class T>
constexpr WhereRow<T> where_rows[2][2][2] = {
    {{where_row<T, 0, 0, 0>, where_row<T, 0, 0, 1>}, {where_row<T, 0, 1, 0>, where_row<T, 0, 1, 1>}},
    {{where_row<T, 1, 0, 0>, where_row<T, 1, 0, 1>}, {where_row<T, 1, 1, 0>, where_row<T, 1, 1, 1>}}};

template <class T>
void where(const bool* condition, const T* a, const T* b, T* y, const Grid<3>& grid) {
  const std::int64_t *inner = grid.inner_stride, *outer = grid.outer_stride;
  const WhereRow<T> row = where_rows<T>[inner[0]][inner[1]][inner[2]];
  for (std::int64_t i = 0; i < grid.outer; ++i)
    row(condition + i * outer[0], a + i * outer[1], b + i * outer[2], y + i * grid.inner, grid.inner);
}

}  // namespace

template <class T>
struct Filled<ComparisonKernels<T>> {
  static constexpr ComparisonKernels<T> kernels{
      .equal = binary_map<Equal>,
      .not_equal = binary_map<NotEqual>,
      .less = binary_map<Less>,
      .less_equal = binary_map<LessEqual>,
      .where = where<T>,
  };
};

template const ComparisonKernels<float>& kernels();
template const ComparisonKernels<double>& kernels();
template const ComparisonKernels<std::int32_t>& kernels();
template const ComparisonKernels<std::int64_t>& kernels();
template const ComparisonKernels<bool>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
