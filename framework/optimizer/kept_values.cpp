#include <cornu/framework/optimizer/kept_values.hpp>

#include <cstring>

#include <cornu/framework/tensor/storage.hpp>

namespace cornu::optim {

namespace {

std::size_t row_bytes_of(const Tensor& table) {
  return table.dim(0) == 0 ? 0 : table.nbytes() / static_cast<std::size_t>(table.dim(0));
}

std::byte* bytes_of(const Tensor& tensor) { return tensor.identity()->storage->bytes; }

}  // namespace

void KeptValues::keep(const Variable& variable) {
  kept_.push_back({variable, variable.body().assigned, variable.body().value});
}

void KeptValues::keep_rows(const Variable& variable, std::span<const std::int32_t> rows) {
  const Tensor& table = detail::exclusive(variable.body().value);
  const std::size_t bytes = row_bytes_of(table);
  Tensor ids({rows.size()}, rows);
  Tensor copies = Tensor::uninitialized(table.shape().with(0, static_cast<std::int64_t>(rows.size())), table.dtype());
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(bytes_of(copies) + i * bytes, bytes_of(table) + static_cast<std::size_t>(rows[i]) * bytes, bytes);
  kept_.push_back({variable, variable.body().assigned, std::move(copies), std::move(ids)});
}

void KeptValues::put_back() noexcept {
  for (Kept& kept : kept_) {
    detail::VariableBody& body = kept.variable.body();
    body.assigned = kept.assigned;
    if (!kept.rows.defined()) {
      body.value = std::move(kept.value);
      continue;
    }
    const std::size_t bytes = row_bytes_of(body.value);
    const std::span<const std::int32_t> rows = kept.rows.values<std::int32_t>();
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::memcpy(bytes_of(body.value) + static_cast<std::size_t>(rows[i]) * bytes, bytes_of(kept.value) + i * bytes,
                  bytes);
  }
  forget();
}

}  // namespace cornu::optim
