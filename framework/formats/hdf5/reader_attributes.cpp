#include <fmt/format.h>

#include <cornu/framework/formats/hdf5/attributes.hpp>
#include <cornu/framework/formats/hdf5/document.hpp>
#include <cornu/framework/formats/hdf5/elements.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/hdf5/strings.hpp>

namespace cornu::formats {

namespace {

/// What an attribute of an object is, read on behalf of the object.
class AttributeReader {
 public:
  AttributeReader(const hdf5::Document& document, std::uint32_t node, std::string_view name)
      : document_(document), input_(document.input_for(node)), name_(name) {
    for (hdf5::Attribute& attribute : read_attributes(input_, document.header(node)))
      if (attribute.name == name) found_ = std::move(attribute);
  }

  bool is_there() const { return found_.has_value(); }

  std::vector<std::string> strings() const {
    if (found_->space.elements == 0) return {};
    if (!hdf5::is_string(found_->type.type)) refuse("strings");
    return hdf5::read_strings(input_, document_.strings(), found_->type, found_->elements);
  }
  std::string string() const {
    std::vector<std::string> all = strings();
    if (all.size() != 1) refuse("a single string");
    return std::move(all.front());
  }
  Tensor number(const char* expected) const {
    if (found_->space.elements != 1 || hdf5::is_string(found_->type.type)) refuse(expected);
    hdf5::DatasetHeader header;
    header.type = found_->type;
    header.space = found_->space;
    header.layout.kind = hdf5::Layout::Kind::compact;
    header.layout.compact = found_->elements;
    return read_tensor(input_, header);
  }
  [[noreturn]] void refuse(std::string_view expected) const {
    input_.refuse(fmt::format("the attribute '{}' holds {} of {}; expected {}", name_, found_->space.elements,
                              found_->type.type == Hdf5Type::other ? found_->type.other : name_of(found_->type.type),
                              expected));
  }

 private:
  const hdf5::Document& document_;
  hdf5::Input input_;
  std::string_view name_;
  std::optional<hdf5::Attribute> found_;
};

}  // namespace

std::vector<std::string> Hdf5Object::attribute_names() const {
  const hdf5::Input input = document_->input_for(node_);
  std::vector<std::string> names;
  for (const hdf5::Attribute& attribute : read_attributes(input, document_->header(node_)))
    names.emplace_back(attribute.name);
  return names;
}

bool Hdf5Object::has_attribute(std::string_view name) const {
  return AttributeReader(*document_, node_, name).is_there();
}

std::optional<std::string> Hdf5Object::string_attribute(std::string_view name) const {
  const AttributeReader attribute(*document_, node_, name);
  return attribute.is_there() ? std::optional(attribute.string()) : std::nullopt;
}

std::optional<std::vector<std::string>> Hdf5Object::strings_attribute(std::string_view name) const {
  const AttributeReader attribute(*document_, node_, name);
  return attribute.is_there() ? std::optional(attribute.strings()) : std::nullopt;
}

std::optional<std::int64_t> Hdf5Object::integer_attribute(std::string_view name) const {
  const AttributeReader attribute(*document_, node_, name);
  if (!attribute.is_there()) return std::nullopt;
  const Tensor value = attribute.number("an integer");
  if (is_floating(value.dtype())) attribute.refuse("an integer");
  return value.item<std::int64_t>();
}

std::optional<double> Hdf5Object::floating_attribute(std::string_view name) const {
  const AttributeReader attribute(*document_, node_, name);
  if (!attribute.is_there()) return std::nullopt;
  return attribute.number("a number").item<double>();
}

}  // namespace cornu::formats
