#include <cornu/framework/formats/hdf5/file_parts.hpp>

#include <iterator>

namespace cornu::formats::hdf5 {

std::optional<Tensor> FileParts::take(Bytes stored, const Shape& shape, DType dtype) {
  constexpr std::size_t worth_it = std::size_t{1} << 16;
  if (!file_ || stored.size() < worth_it) return std::nullopt;
  const auto offset = static_cast<std::size_t>(stored.data() - file_->bytes().data());
  if (offset % size_of(dtype) != 0 || !reserve(offset, offset + stored.size())) return std::nullopt;
  return tensor_in(file_, offset, shape, dtype);
}

bool FileParts::reserve(std::uint64_t begin, std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  const auto behind = given_.lower_bound(begin);
  if (behind != given_.end() && behind->first < end) return false;
  if (behind != given_.begin() && std::prev(behind)->second > begin) return false;
  given_.emplace_hint(behind, begin, end);
  return true;
}

}  // namespace cornu::formats::hdf5
