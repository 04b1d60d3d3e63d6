#include <cornu/framework/tensor/list.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

void throw_index(std::size_t index, std::size_t size) {
  throw IndexError("List", fmt::format("no such item; got index {} of a list of {}; expected less", index, size));
}

void throw_unpack(std::size_t size, std::size_t asked) {
  throw ValueError("unpack",
                   fmt::format("another number of items; got {} for {} names; expected one name each", size, asked));
}

}  // namespace cornu::detail

namespace cornu {

template class List<Tensor>;
template class List<std::int64_t>;

}  // namespace cornu
