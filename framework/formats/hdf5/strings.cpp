#include <cornu/framework/formats/hdf5/strings.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cornu::formats::hdf5 {

namespace {

std::string fixed_string(std::string_view text, Padding padding) {
  if (padding == Padding::null_terminated) return std::string(text.substr(0, text.find('\0')));
  const std::size_t last = text.find_last_not_of(padding == Padding::space_padded ? ' ' : '\0');
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

// Its length, and where it lies; an address of 0 is an empty string. libhdf5 counts a closing zero in, h5py does not.
std::string_view variable_string(const Input& input, GlobalHeap& heap, Cursor& cursor) {
  const std::uint64_t length = cursor.u32(), address = cursor.u64(), number = cursor.u32();
  if (length == 0 || address == 0 || address == undefined_address) return {};
  Cursor object(input, heap.object(input, address, number), "a string of variable length");
  const std::string_view text = text_of(object.take(length));
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::vector<std::string> read_strings(const Input& input, GlobalHeap& heap, const Datatype& type, Bytes bytes) {
  const auto size = static_cast<std::size_t>(type.size);
  const std::size_t count = bytes.size() / size;
  if (count > input.limits().strings)
    input.refuse(fmt::format("has {} strings; expected at most {}", count, input.limits().strings));
  std::vector<std::string> strings;
  strings.reserve(count);
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Cursor cursor(input, bytes.subspan(i * size, size), "a string");
    if (type.type == Hdf5Type::fixed_string)
      strings.push_back(fixed_string(text_of(cursor.rest()), type.padding));
    else
      strings.emplace_back(variable_string(input, heap, cursor));
    total += strings.back().size();
    if (total > std::max<std::uint64_t>(input.size(), bytes.size()))
      input.refuse("its strings are together longer than the file");
  }
  return strings;
}

}  // namespace cornu::formats::hdf5
