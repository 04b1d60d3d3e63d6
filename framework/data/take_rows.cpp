#include <cornu/framework/data/take_rows.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu {

Tensor take_rows(const Tensor& x, const std::vector<std::int64_t>& ids) { return ops::gather(x, Tensor(ids)); }

}  // namespace cornu
