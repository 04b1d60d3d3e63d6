#include <cornu/framework/formats/hdf5/dataspace.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "the dataspace";

std::vector<std::uint64_t> read_extents(Cursor& cursor, std::size_t rank) {
  std::vector<std::uint64_t> extents(rank);
  for (std::uint64_t& extent : extents) extent = cursor.u64();
  return extents;
}

// An array with an extent of 0 is empty, but its other extents must have a product as well.
std::uint64_t count(const Input& input, const std::vector<std::uint64_t>& extents) {
  std::uint64_t product = 1;
  for (const std::uint64_t extent : extents)
    product = input.product(product, std::max<std::uint64_t>(extent, 1), "the number of elements");
  return std::find(extents.begin(), extents.end(), 0) == extents.end() ? product : 0;
}

}  // namespace

Shape Dataspace::shape() const {
  Shape shape;
  for (const std::uint64_t extent : extents) shape.push_back(static_cast<std::int64_t>(extent));
  return shape;
}

Dataspace read_dataspace(const Input& input, Bytes message) {
  Cursor cursor(input, message, what);
  const std::uint8_t version = cursor.u8();
  if (version != 1 && version != 2) cursor.refuse(fmt::format("has version {}; expected 1 or 2", version));
  const std::size_t rank = cursor.u8();
  const std::uint8_t flags = cursor.u8(), kind = cursor.u8();
  if (version == 1) cursor.skip(4);
  if (rank > Shape::max_rank) cursor.refuse(fmt::format("has {} axes; expected at most {}", rank, Shape::max_rank));
  if (version == 2 && kind > 2) cursor.refuse(fmt::format("is of the unknown kind {}", kind));
  Dataspace space;
  space.is_null = version == 2 && kind == 2;
  space.extents = read_extents(cursor, rank);
  space.max_extents = (flags & 1) != 0 ? read_extents(cursor, rank) : space.extents;
  space.elements = space.is_null ? 0 : count(input, space.extents);
  for (std::size_t axis = 0; axis < rank; ++axis)
    if (space.extents[axis] > space.max_extents[axis]) cursor.refuse("has extents above its own limit");
  return space;
}

}  // namespace cornu::formats::hdf5
