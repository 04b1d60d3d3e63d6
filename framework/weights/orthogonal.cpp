#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <xtensor-blas/xlinalg.hpp>
#include <xtensor/xarray.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/weights/initializers.hpp>

namespace cornu::initializers {

// Q of the QR decomposition of a normal (long, short) matrix, each column times the sign of R's diagonal: without it
// Q would not be uniform among all such matrices.
Orthogonal::Orthogonal(OrthogonalOptions options) : options_(options) {}
Tensor Orthogonal::operator()(const Shape& shape, DType dtype) const {
  if (shape.rank() < 2)
    throw ShapeError("Orthogonal",
                     fmt::format("the weight is not a matrix; got shape {}; expected rank 2 or more", shape));
  const std::int64_t columns = shape.back(), rows = columns == 0 ? 0 : shape.size() / columns;
  if (shape.size() == 0) return Tensor::zeros(shape, dtype);

  const Shape tall(std::max(rows, columns), std::min(rows, columns));
  const Tensor normal = RandomNormal({.stddev = 1, .seed = options_.seed})(tall, dtype).astype(float64);
  xt::xarray<double> matrix =
      xt::xarray<double>::from_shape({static_cast<std::size_t>(tall[0]), static_cast<std::size_t>(tall[1])});
  std::memcpy(matrix.data(), normal.data<double>(), normal.nbytes());
  const auto decomposed = xt::linalg::qr(matrix);
  const auto& q = std::get<0>(decomposed);
  const auto& r = std::get<1>(decomposed);

  Tensor result = Tensor::uninitialized(shape, float64);
  double* value = result.mutable_data<double>();
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column) {
      const std::int64_t i = rows < columns ? column : row, j = rows < columns ? row : column;
      *value++ = (r(j, j) < 0 ? -options_.gain : options_.gain) * q(i, j);
    }
  return result.astype(dtype);
}

}  // namespace cornu::initializers
