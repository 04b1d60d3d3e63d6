#include <cornu/framework/explore/pretrained_table.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstring>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu::explore {

namespace {

Tensor initial_table(const PretrainedOptions& options, const Shape& shape, DType dtype) {
  if (!options.initializer)
    throw ValueError("pretrained_table",
                     "the initializer is missing; got an empty handle; expected one, \"zeros\" for example");
  Tensor table = (*options.initializer)(shape, dtype);
  if (table.shape() != shape || table.dtype() != dtype)
    throw ShapeError("pretrained_table", fmt::format("the initializer made {} {}; expected {} {}",
                                                     name_of(table.dtype()), table.shape(), name_of(dtype), shape));
  return detail::exclusive(table);
}

}  // namespace

PretrainedTable pretrained_table(const EmbeddingTable& vectors, const std::vector<std::string>& vocabulary,
                                 const PretrainedOptions& options) {
  const Tensor& known = vectors.vectors();
  PretrainedTable result{initial_table(options, {std::ssize(vocabulary), known.dim(1)}, known.dtype()), {}};
  const std::size_t row_bytes = static_cast<std::size_t>(known.dim(1)) * size_of(known.dtype());
  std::byte* row = result.table.identity()->storage->bytes;
  for (const std::string& word : vocabulary) {
    if (const auto found = vectors.find(word))
      std::memcpy(row, known.identity()->storage->bytes + static_cast<std::size_t>(*found) * row_bytes, row_bytes);
    else
      result.missing.push_back(word);
    row += row_bytes;
  }
  return result;
}

}  // namespace cornu::explore
