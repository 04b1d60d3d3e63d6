#include <cornu/framework/formats/hdf5/global_heap.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cornu::formats::hdf5 {

namespace {
constexpr std::string_view what = "a global heap";
constexpr std::uint64_t prefix_bytes = 16, object_prefix = 16;
}  // namespace

Bytes GlobalHeap::object(const Input& input, std::uint64_t address, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  auto found = collections_.find(address);
  if (found == collections_.end()) {
    Collection collection;
    read(input, address, collection);
    found = collections_.emplace(address, std::move(collection)).first;
  }
  const auto object = found->second.find(number);
  if (object == found->second.end())
    input.refuse(fmt::format("the global heap at {} does not have the object {}", address, number));
  return object->second;
}

// The rest of a collection is free: an object of the number 0, or less than an object's prefix.
void GlobalHeap::read(const Input& input, std::uint64_t address, Collection& collection) {
  Cursor prefix = block_at(input, address, prefix_bytes, "GCOL", what);
  prefix.expect_version(1);
  prefix.skip(3);
  const std::uint64_t length = prefix.u64();
  if (length < prefix_bytes) prefix.refuse("is too short");
  Cursor cursor(input, input.at(address, length, what), what);
  cursor.skip(prefix_bytes);
  if (length > input.size() - bytes_) cursor.refuse("lies over another one");
  bytes_ += length;
  while (cursor.rest().size() >= object_prefix) {
    const std::uint64_t number = cursor.u16();
    if (number == 0) return;
    cursor.skip(6);
    const std::uint64_t bytes = cursor.u64();
    collection[number] = cursor.take(bytes);
    cursor.skip(std::min<std::uint64_t>((8 - bytes % 8) % 8, cursor.rest().size()));
  }
}

}  // namespace cornu::formats::hdf5
