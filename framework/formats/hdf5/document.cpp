#include <cornu/framework/formats/hdf5/document.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/formats/hdf5/links.hpp>
#include <cornu/framework/formats/hdf5/superblock.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::uint32_t root = 0;

NodeKind kind_of_link(LinkKind kind) {
  if (kind == LinkKind::soft) return NodeKind::soft_link;
  return kind == LinkKind::external ? NodeKind::external_link : NodeKind::other;
}

NodeKind kind_of_object(const ObjectHeader& header) {
  if (is_group(header)) return NodeKind::group;
  return header.has(MessageType::layout) ? NodeKind::dataset : NodeKind::other;
}

bool is_link(NodeKind kind) { return kind == NodeKind::soft_link || kind == NodeKind::external_link; }

}  // namespace

Document::Document(Bytes bytes, std::string name, const Hdf5Limits& limits, SharedFile file)
    : bytes_(bytes), name_(std::move(name)), limits_(limits), parts_(std::move(file)) {
  limits_.objects = std::min<std::uint64_t>(limits_.objects, std::numeric_limits<std::uint32_t>::max() / 2);
  limits_.depth = std::min<std::uint64_t>(limits_.depth, std::numeric_limits<std::uint16_t>::max());
  nodes_.emplace_back();
  nodes_[root].address = read_superblock(input_for(root));
  for (std::uint32_t number = 0; number < nodes_.size(); ++number) visit(number);
  if (nodes_[root].kind != NodeKind::group) input_for(root).refuse("the root is not a group");
  first_names_ = {};
}

// A group that was seen before is refused, which ends circles; datasets may have several names.
void Document::visit(std::uint32_t number) {
  if (is_link(nodes_[number].kind)) return;
  const auto [first, is_new] = first_names_.emplace(nodes_[number].address, number);
  if (!is_new) {
    nodes_[number].kind = nodes_[first->second].kind;
    if (nodes_[number].kind == NodeKind::group)
      input_for(number).refuse(
          fmt::format("is the group '{}' under another name, which is not supported", path_of(first->second)));
    return;
  }
  const Input input = input_for(number);
  const ObjectHeader header(input, nodes_[number].address);
  nodes_[number].kind = kind_of_object(header);
  if (nodes_[number].kind == NodeKind::group) expand(number, input, header);
}

void Document::expand(std::uint32_t number, const Input& input, const ObjectHeader& header) {
  const std::vector<Link> links = read_links(input, header);
  if (nodes_.size() + links.size() > limits_.objects)
    input.refuse(fmt::format("the file has more than {} objects", limits_.objects));
  const auto depth = static_cast<std::uint16_t>(nodes_[number].depth + 1);
  if (depth > limits_.depth && !links.empty())
    input.refuse(fmt::format("more than {} groups inside each other", limits_.depth));
  const std::size_t length = path_of(number).size() + (number == root ? 0 : 1);
  for (const Link& link : links)
    if (length + link.name.size() > limits_.path)
      input.refuse(fmt::format("the path of '{}' has more than {} bytes", shown(link.name, 40), limits_.path));
  nodes_[number].first_child = static_cast<std::uint32_t>(nodes_.size());
  nodes_[number].children = static_cast<std::uint32_t>(links.size());
  for (const Link& link : links)
    nodes_.push_back({link.name, link.address, number, 0, 0, depth, kind_of_link(link.kind)});
}

std::string Document::path_of(std::uint32_t number) const {
  if (number == root) return "/";
  std::vector<std::string_view> names;
  for (; number != root; number = nodes_[number].parent) names.push_back(nodes_[number].name);
  std::string path;
  for (std::size_t i = names.size(); i-- > 0;) path.append("/").append(names[i]);
  return path;
}

Input Document::input_for(std::uint32_t number) const { return Input(bytes_, name_, limits_, path_of(number)); }

std::optional<std::uint32_t> Document::find(std::uint32_t from, std::string_view path) const {
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (name.empty()) continue;
    from = child(from, name);
    if (from == root) return std::nullopt;
  }
  return from;
}

// The root, which is nobody's child, if there is none.
std::uint32_t Document::child(std::uint32_t group, std::string_view name) const {
  const auto begin = nodes_.begin() + nodes_[group].first_child, end = begin + nodes_[group].children;
  const auto found =
      std::lower_bound(begin, end, name, [](const Node& node, std::string_view wanted) { return node.name < wanted; });
  return found != end && found->name == name ? static_cast<std::uint32_t>(found - nodes_.begin()) : root;
}

ObjectHeader Document::header(std::uint32_t number) const {
  const Input input = input_for(number);
  switch (nodes_[number].kind) {
    case NodeKind::soft_link:
      input.refuse("is a soft link, which is not supported");
    case NodeKind::external_link:
      input.refuse("is a link into another file, which is not supported");
    case NodeKind::other:
      input.refuse("is neither a group nor a dataset");
    default:
      return ObjectHeader(input, nodes_[number].address);
  }
}

}  // namespace cornu::formats::hdf5
