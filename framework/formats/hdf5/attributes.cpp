#include <cornu/framework/formats/hdf5/attributes.hpp>

#include <fmt/format.h>

#include <cornu/framework/formats/hdf5/b_tree_2.hpp>
#include <cornu/framework/formats/hdf5/fractal_heap.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::uint8_t type_is_elsewhere = 1, space_is_elsewhere = 2;

Datatype type_of(const Input& input, Bytes message, std::uint8_t flags) {
  if ((flags & type_is_elsewhere) != 0)
    return {Hdf5Type::other, 1, false, Padding::null_terminated, "a type that is stored elsewhere"};
  return read_datatype(input, message);
}

std::string_view without_zeros(std::string_view name) { return name.substr(0, name.find('\0')); }

// Version 1 pads name, type and extents to multiples of 8 bytes.
Attribute read_attribute(const Input& input, Bytes message) {
  Cursor cursor(input, message, "an attribute");
  const std::uint8_t version = cursor.u8(), flags = cursor.u8();
  if (version < 1 || version > 3) cursor.refuse(fmt::format("has version {}; expected 1 to 3", version));
  const std::uint64_t name = cursor.u16(), type = cursor.u16(), space = cursor.u16();
  if (version == 3) cursor.skip(1);  // ASCII or UTF-8
  const auto padded = [&](std::uint64_t bytes) { return version == 1 ? (bytes + 7) / 8 * 8 : bytes; };
  Attribute attribute;
  attribute.name = without_zeros(text_of(cursor.take(padded(name)).first(static_cast<std::size_t>(name))));
  const std::uint8_t elsewhere = version == 1 ? std::uint8_t{0} : flags;
  if ((elsewhere & space_is_elsewhere) != 0) cursor.refuse("has extents that are stored elsewhere");
  attribute.type = type_of(input, cursor.take(padded(type)), elsewhere);
  attribute.space = read_dataspace(input, cursor.take(padded(space)));
  if (attribute.type.type == Hdf5Type::other) return attribute;
  attribute.elements = cursor.take(input.product(attribute.space.elements, attribute.type.size, "an attribute"));
  return attribute;
}

// Many attributes, or long ones, lie in a heap; a tree, sorted by the hashes of their names, knows their ids.
void read_dense(const Input& input, Bytes message, std::vector<Attribute>& attributes) {
  Cursor cursor(input, message, "the attribute info message");
  cursor.expect_version(0);
  if ((cursor.u8() & 1) != 0) cursor.skip(2);  // order of creation
  const std::uint64_t heap_address = cursor.u64();
  if (heap_address == undefined_address) return;
  FractalHeap heap(input, heap_address);
  visit_b_tree_2(input, cursor.u64(), BTree2::attribute_names, [&](Bytes record) {
    Cursor entry(input, record, "the record of an attribute");
    const Bytes id = entry.take(heap.id_bytes());
    require_in_place(input, {MessageType::attribute, entry.u8(), {}}, "an attribute");
    attributes.push_back(read_attribute(input, heap.object(id)));
  });
}

}  // namespace

std::vector<Attribute> read_attributes(const Input& input, const ObjectHeader& header) {
  std::vector<Attribute> attributes;
  for (const Message& message : header.messages()) {
    if (message.type == MessageType::attribute) {
      require_in_place(input, message, "an attribute");
      attributes.push_back(read_attribute(input, message.body));
    }
    if (message.type == MessageType::attribute_info) read_dense(input, message.body, attributes);
  }
  return attributes;
}

}  // namespace cornu::formats::hdf5
