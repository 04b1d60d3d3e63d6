#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/ops/linear_relu.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

using kernels::Product;

// A matrix product as the last two axes of both operands see it. Extents of symbolic operands may be None.
struct Extents {
  std::int64_t n, k, k_of_b, m;
};
Extents extents_of(const Tensor& a, const Tensor& b, bool transpose_a, bool transpose_b) {
  return {a.dim(transpose_a ? -1 : -2), a.dim(transpose_a ? -2 : -1), b.dim(transpose_b ? -1 : -2),
          b.dim(transpose_b ? -2 : -1)};
}

[[noreturn]] void throw_inner_differ(const char* op, const Tensor& a, const Tensor& b, const Extents& extents) {
  throw ShapeError(op, fmt::format("inner dimensions differ; got {} and {}; expected {} rows in the second for the "
                                   "{} columns of the first; transpose or reshape one of them",
                                   a.shape(), b.shape(), extents.k, extents.k));
}

void require_product(const char* op, const Tensor& a, const Tensor& b, const Extents& extents) {
  require_floating(op, a);
  require_same_dtype(op, a, b);
  if (extents.k != extents.k_of_b && extents.k != None && extents.k_of_b != None) throw_inner_differ(op, a, b, extents);
}

Shape leading(const Shape& shape, std::size_t without) { return shape.slice(0, shape.rank() - without); }

// Where each matrix of a batch that was broadcast to `batch` begins, counted in matrices.
class BatchIndex {
 public:
  BatchIndex(const Shape& own, const Shape& batch)
      : batch_(batch), skipped_(batch.rank() - own.rank()), own_(own), is_whole_(own == batch) {}
  std::int64_t operator()(std::int64_t i) const {
    if (is_whole_) return i;
    std::int64_t index = 0, stride = 1;
    for (std::size_t axis = batch_.rank(); axis > skipped_; --axis) {
      const std::int64_t extent = own_[axis - 1 - skipped_];
      index += (extent == 1 ? 0 : i % batch_[axis - 1]) * stride;
      stride *= extent;
      i /= batch_[axis - 1];
    }
    return index;
  }

 private:
  const Shape& batch_;
  std::size_t skipped_;
  const Shape& own_;
  bool is_whole_;
};

void multiply_batches(const Product& product, const Shape& batch, const Tensor& a, const Tensor& b, Tensor& out) {
  const Shape batch_a = leading(a.shape(), 2), batch_b = leading(b.shape(), 2);
  const BatchIndex index_a(batch_a, batch), index_b(batch_b, batch);
  if (out.size() == 0) return;
  detail::for_floating_type(out.dtype(), [&]<class T>(T) {
    const T *const left = a.data<T>(), *const right = b.data<T>();
    T* const to = out.mutable_data<T>();
    const double nanoseconds = 10 + 0.015 * static_cast<double>(product.n * product.m * product.k);
    detail::parallel_for(batch.size(), detail::grain_of(nanoseconds), [&](std::int64_t i, std::int64_t end) {
      for (; i < end; ++i)
        kernels::gemm(product, left + index_a(i) * product.n * product.k, right + index_b(i) * product.k * product.m,
                      to + i * product.n * product.m);
    });
  });
}

// (…, k) as (rows, k): the leading axes of a left operand are rows of one product.
Tensor as_rows(const Tensor& x) { return x.rank() == 2 ? x : reshape(x, {leading(x.shape(), 1).size(), x.dim(-1)}); }

Tensor multiply_vectors(const Tensor& a, const Tensor& b) {
  if (a.rank() == 0 || b.rank() == 0)
    throw ShapeError("matmul", fmt::format("a scalar has no rows; got {} and {}; expected rank 1 or more; write a * b",
                                           a.shape(), b.shape()));
  if (a.rank() == 1 && b.rank() == 1) return dot(a, b);
  if (a.rank() == 1) return squeeze(matmul(expand_dims(a, 0), b), -2);
  return squeeze(matmul(a, expand_dims(b, 1)), -1);
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  return a.rank() < 2 || b.rank() < 2 ? multiply_vectors(a, b) : matmul(a, b, false, false);
}

// out[…, i, j] = Σ_l a[…, i, l] · b[…, l, j]
Tensor matmul(const Tensor& a, const Tensor& b, bool transpose_a, bool transpose_b) {
  if (a.rank() < 2 || b.rank() < 2)
    throw ShapeError("matmul", fmt::format("nothing to transpose; got {} and {}; expected rank 2 or more of both",
                                           a.shape(), b.shape()));
  const Extents extents = extents_of(a, b, transpose_a, transpose_b);
  require_product("matmul", a, b, extents);
  const Shape batch = broadcast_shape("matmul", leading(a.shape(), 2), leading(b.shape(), 2));
  Shape shape = batch;
  shape.push_back(extents.n);
  shape.push_back(extents.m);
  const bool symbolic = a.is_symbolic() || b.is_symbolic();
  if (b.rank() == 2 && a.rank() > 2 && !transpose_a && !symbolic)
    return reshape(matmul(as_rows(a), b, false, transpose_b), shape);
  Tensor out = result(shape, a.dtype(), a, b);
  if (symbolic) return out;
  multiply_batches({transpose_a, transpose_b, extents.n, extents.m, extents.k}, batch, a, b, out);

  // With C = A·B: d_A = d_C·Bᵀ and d_B = Aᵀ·d_C; with a flag set, the transpose of that
  return detail::record(
      out,
      detail::wrt(a,
                  [b, shape = a.shape(), transpose_a, transpose_b](const Tensor& d_out) {
                    return sum_to(
                        transpose_a ? matmul(b, d_out, transpose_b, true) : matmul(d_out, b, false, !transpose_b),
                        shape);
                  }),
      detail::wrt(b, [a, shape = b.shape(), transpose_a, transpose_b](const Tensor& d_out) {
        return sum_to(transpose_b ? matmul(d_out, a, true, transpose_a) : matmul(a, d_out, !transpose_a, false), shape);
      }));
}

namespace {

void require_linear(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  if (x.rank() == 0 || kernel.rank() != 2 || !bias.shape().fits(kernel.dim(1)))
    throw ShapeError("linear", fmt::format("shapes do not fit; got x {}, kernel {} and bias {}; expected (…, k), "
                                           "(k, m) and (m,)",
                                           x.shape(), kernel.shape(), bias.shape()));
  require_same_dtype("linear", x, bias);
}

}  // namespace

Tensor linear_values(const Tensor& x, const Tensor& kernel, const Tensor& bias, bool relu) {
  require_linear(x, kernel, bias);
  const std::int64_t k = kernel.dim(0), m = kernel.dim(1);
  require_product("linear", x, kernel, {None, x.dim(-1), k, m});
  Tensor out = result(x.shape().with(x.rank() - 1, m), x.dtype(), x, kernel, bias);
  if (out.is_symbolic()) return out;
  detail::for_floating_type(out.dtype(), [&]<class T>(T) {
    const Product product{.n = leading(x.shape(), 1).size(), .m = m, .k = k};
    kernels::gemm(product, x.data<T>(), kernel.data<T>(), out.mutable_data<T>(), {bias.data<T>(), relu});
  });
  return out;
}

// out = x · kernel + bias
Tensor linear(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  Tensor out = linear_values(x, kernel, bias, false);
  if (out.is_symbolic()) return out;

  // d_x = d_out · kernelᵀ, d_kernel = xᵀ · d_out, d_bias = Σ_rows d_out
  return detail::record(
      out,
      detail::wrt(x, [kernel, shape = x.shape()](
                         const Tensor& d_out) { return reshape(matmul(as_rows(d_out), kernel, false, true), shape); }),
      detail::wrt(kernel, [x](const Tensor& d_out) { return matmul(as_rows(x), as_rows(d_out), true, false); }),
      detail::wrt(bias, [shape = bias.shape()](const Tensor& d_out) { return sum_to(d_out, shape); }));
}

// out[…] = Σ_l a[…, l] · b[…, l]
Tensor dot(const Tensor& a, const Tensor& b) {
  if (a.rank() == 0 || b.rank() == 0 || !Shape(a.dim(-1)).fits(b.dim(-1)))
    throw ShapeError("dot",
                     fmt::format("last axes differ; got {} and {}; expected (…, k) and (…, k)", a.shape(), b.shape()));
  return sum(multiply(a, b), {.axis = -1});
}

}  // namespace cornu::ops
