#include <cstring>
#include <utility>

#include <cornu/framework/formats/hdf5/attributes.hpp>
#include <cornu/framework/formats/hdf5/dataset.hpp>
#include <cornu/framework/formats/hdf5/document.hpp>
#include <cornu/framework/formats/hdf5/elements.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/hdf5/strings.hpp>

#include <fmt/format.h>

namespace cornu::formats {

namespace {

// Keras writes bfloat16 as two opaque bytes, and says so in an attribute.
bool says_bfloat16(const hdf5::Document& document, const hdf5::Input& input, const hdf5::ObjectHeader& header) {
  for (const hdf5::Attribute& attribute : read_attributes(input, header))
    if (attribute.name == "dtype" && hdf5::is_string(attribute.type.type))
      return read_strings(input, document.strings(), attribute.type, attribute.elements) ==
             std::vector<std::string>{"bfloat16"};
  return false;
}

// A bool must be looked at first.
bool can_be_read_in_place(const hdf5::Datatype& type) {
  switch (type.type) {
    case Hdf5Type::float32:
    case Hdf5Type::float64:
    case Hdf5Type::int32:
    case Hdf5Type::int64:
      return !type.is_big_endian;
    default:
      return false;
  }
}

bool can_be_used_in_place(const hdf5::Datatype& type) {
  return can_be_read_in_place(type) || type.type == Hdf5Type::boolean || type.type == Hdf5Type::int8;
}

}  // namespace

Hdf5Dataset::Hdf5Dataset(std::shared_ptr<const hdf5::Document> document, std::uint32_t node)
    : document_(std::move(document)), input_(std::make_shared<const hdf5::Input>(document_->input_for(node))) {
  const hdf5::ObjectHeader object = document_->header(node);
  hdf5::DatasetHeader header = read_dataset_header(*input_, object);
  if (header.type.type == Hdf5Type::opaque && says_bfloat16(*document_, *input_, object))
    header.type.type = Hdf5Type::bfloat16;
  shape_ = header.space.shape();
  header_ = std::make_shared<const hdf5::DatasetHeader>(std::move(header));
}

Hdf5Type Hdf5Dataset::type() const { return header_->type.type; }
DType Hdf5Dataset::dtype() const { return dtype_for(*input_, header_->type); }

std::optional<Hdf5Place> Hdf5Dataset::place() const {
  const hdf5::Bytes stored = stored_in_one_piece(*input_, *header_);
  if (stored.empty() || !can_be_used_in_place(header_->type)) return std::nullopt;
  return Hdf5Place{input_->offset_of(stored), stored.size()};
}

Tensor Hdf5Dataset::read() const {
  if (std::optional<Tensor> part = in_file()) return *std::move(part);
  return read_tensor(*input_, *header_);
}

std::optional<Tensor> Hdf5Dataset::in_file() const {
  if (!can_be_read_in_place(header_->type)) return std::nullopt;
  return document_->parts().take(stored_in_one_piece(*input_, *header_), shape_, dtype());
}

std::vector<std::byte> Hdf5Dataset::stored() const {
  require_readable(*input_, *header_);
  std::vector<std::byte> elements(static_cast<std::size_t>(header_->bytes()));
  read_elements(*input_, *header_, elements);
  return elements;
}

std::vector<std::int8_t> Hdf5Dataset::read_int8() const {
  if (type() != Hdf5Type::int8) input_->refuse(fmt::format("holds {}; expected int8", name_of(type())));
  const std::vector<std::byte> elements = stored();
  std::vector<std::int8_t> result(elements.size());
  if (!elements.empty()) std::memcpy(result.data(), elements.data(), elements.size());
  return result;
}

std::vector<std::string> Hdf5Dataset::read_strings() const {
  if (!hdf5::is_string(type())) input_->refuse(fmt::format("holds {}; expected strings", name_of(type())));
  return hdf5::read_strings(*input_, document_->strings(), header_->type, stored());
}

}  // namespace cornu::formats
