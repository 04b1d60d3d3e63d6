#include <cornu/framework/ops/reduce_in_pieces.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

namespace {

using kernels::Span3;

// Of elements that are read only.
std::int64_t grain() { return 2 * detail::elements_a_piece(); }

// The rows of a matrix, reduced pairwise: halves of at most so many rows are pieces, and what they give is put together
// as the halves lie.
template <class T>
class Halves {
 public:
  Halves(ReductionKernel<T> kernel, const T* x, std::int64_t rows, std::int64_t columns)
      : kernel_(kernel),
        x_(x),
        columns_(columns),
        most_rows_(std::max(grain() / columns, kernels::rows_in_turn + 1)),
        depth_(depth_of(rows)),
        results_(Tensor::uninitialized({(std::int64_t{1} << depth_) + 2, columns}, dtype_of<T>)),
        result_(results_.mutable_data<T>()) {
    detail::parallel_for(pieces(), 1, [&](std::int64_t piece, std::int64_t) {
      std::int64_t first = 0, count = rows;
      for (int level = depth_ - 1; level >= 0; --level) {
        const std::int64_t half = count / 2;
        const bool second = piece >> level & 1;
        first += second ? half : 0;
        count = second ? count - half : half;
      }
      kernel_(x_ + first * columns_, {1, count, columns_}, row(piece));
    });
  }

  void write(T* y) {
    for (std::int64_t apart = 1; apart < pieces(); apart *= 2)
      for (std::int64_t i = 0; i < pieces(); i += 2 * apart) join(row(i), row(i + apart));
    std::copy_n(row(0), columns_, y);
  }

 private:
  // How often all are halved until the larger halves have no more rows than a piece may have. The smaller ones have a
  // row less, which the kernel would still have halved.
  int depth_of(std::int64_t rows) const {
    int depth = 0;
    for (; rows > most_rows_; rows = (rows + 1) / 2) ++depth;
    return depth;
  }
  std::int64_t pieces() const { return std::int64_t{1} << depth_; }
  T* row(std::int64_t i) { return result_ + i * columns_; }

  // The kernel takes rows that lie one behind the other.
  void join(T* first, const T* second) {
    T* const pair = row(pieces());
    std::copy_n(first, columns_, pair);
    std::copy_n(second, columns_, pair + columns_);
    kernel_(pair, {1, 2, columns_}, first);
  }

  ReductionKernel<T> kernel_;
  const T* x_;
  std::int64_t columns_, most_rows_;
  int depth_;
  Tensor results_;  // a row a piece, and two for `join`
  T* result_;
};

// A run as the kernel takes it: rows of lanes, then the lanes, then what is left of it.
template <class T>
T reduce_run(ReductionKernel<T> kernel, const T* x, std::int64_t n) {
  constexpr std::int64_t lanes = kernels::run_lanes;
  const std::int64_t whole = n / lanes * lanes;
  T last[2 * lanes];
  Halves<T>(kernel, x, n / lanes, lanes).write(last);
  std::copy(x + whole, x + n, last + lanes);
  T y;
  kernel(last, {1, lanes + n - whole, 1}, &y);
  return y;
}

// One of the outer ones.
template <class T>
void reduce_one(ReductionKernel<T> kernel, const T* x, const Span3& span, T* y) {
  if (span.inner == 1)
    *y = reduce_run(kernel, x, span.n);
  else
    Halves<T>(kernel, x, span.n, span.inner).write(y);
}

}  // namespace

template <class T>
void reduce_in_pieces(ReductionKernel<T> kernel, const T* x, const Span3& span, T* y) {
  const std::int64_t size = span.n * span.inner;
  if (size > 2 * grain() && span.n > 2 * kernels::rows_in_turn) {
    for (std::int64_t i = 0; i < span.outer; ++i) reduce_one(kernel, x + i * size, span, y + i * span.inner);
    return;
  }
  detail::parallel_for(span.outer, std::max<std::int64_t>(1, grain() / size),
                       [&](std::int64_t first, std::int64_t last) {
                         kernel(x + first * size, {last - first, span.n, span.inner}, y + first * span.inner);
                       });
}

template void reduce_in_pieces(ReductionKernel<float>, const float*, const Span3&, float*);
template void reduce_in_pieces(ReductionKernel<double>, const double*, const Span3&, double*);
template void reduce_in_pieces(ReductionKernel<std::int32_t>, const std::int32_t*, const Span3&, std::int32_t*);
template void reduce_in_pieces(ReductionKernel<std::int64_t>, const std::int64_t*, const Span3&, std::int64_t*);

}  // namespace cornu::ops
