#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using formats::Hdf5File;
using formats::Hdf5Kind;

namespace {

constexpr const char* both[] = {"groups_old", "groups_new"};

std::vector<std::string> names_in(const formats::Hdf5Object& group) {
  std::vector<std::string> names;
  for (const auto& child : group.children()) names.push_back(child.name());
  return names;
}

}  // namespace

TEST_CASE("hdf5: groups list their children in the order of their names") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(names_in(file.at("/")) == std::vector<std::string>{"a", "few", "layers", "value", "vars"});
    CHECK(names_in(file.at("few")) == std::vector<std::string>{"0", "1", "2"});
    const std::vector<std::string> layers = names_in(file.at("layers"));
    CHECK(layers.size() == 40);
    CHECK(std::is_sorted(layers.begin(), layers.end()));
    CHECK(layers[2] == "dense_10");
    CHECK(names_in(file.at("vars")).empty());
    CHECK(names_in(file.at("value")).empty());
  }
}

TEST_CASE("hdf5: objects are found by their paths, from the root or from a group") {
  for (const char* name : both) {
    const Hdf5Fixture file(name);
    CHECK(file.at("").path() == "/");
    CHECK(file.at("/").kind() == Hdf5Kind::group);
    CHECK(file.at("a/b/c/d").path() == "/a/b/c/d");
    CHECK(file.at("/a//b/").at("c").at("d").is_dataset());
    CHECK(file.at("a/b").name() == "b");
    CHECK(same_bits(file.read("a/b/c/d"), fixture_numbers({2, 2}, int32)));
    CHECK(same_bits(file.read("layers/dense_39"), fixture_numbers({3})));
    CHECK_FALSE(file.file().find("a/x"));
    CHECK_FALSE(file.file().find("value/x"));
    CHECK(message_of<FileError>([&] { file.at("few").at("3/x"); }) ==
          fmt::format("[read_hdf5] '{}', '/few': '3/x' is missing; the group has: 0, 1, 2", name));
    CHECK(message_of<FileError>([&] { file.at("vars").at("0"); }) ==
          fmt::format("[read_hdf5] '{}', '/vars': '0' is missing; the group has: nothing", name));
    CHECK(message_of<FileError>([&] { file.at("vars").dataset(); }) ==
          fmt::format("[read_hdf5] '{}', '/vars': is a group; expected a dataset", name));
  }
}

TEST_CASE("hdf5: hundreds of links in a fractal heap") {
  const Hdf5Fixture file("many_links_new");
  const auto children = file.at("many").children();
  REQUIRE(children.size() == 250);
  for (std::size_t i = 0; i < children.size(); ++i)
    CHECK(children[i].name() == fmt::format("link {:03} with a name that needs some room", i));
  CHECK(same_bits(children[249].dataset().read(), fixture_numbers({3})));
}

TEST_CASE("hdf5: objects outlive the file that they were taken from") {
  const FileBytes bytes = hdf5_fixture("groups_new");
  const auto dataset = Hdf5File(bytes, "x.h5").at("value").dataset();
  CHECK(same_bits(dataset.read(), fixture_numbers({3})));
}

TEST_CASE("hdf5: groups inside themselves, too many objects, long paths and groups that are too deep are refused") {
  CHECK(message_of<FileError>([&] { Hdf5Fixture("circle_old"); }) ==
        "[read_hdf5] 'circle_old', '/a/b/again': is the group '/a' under another name, which is not supported");
  for (const char* name : both) {
    const FileBytes bytes = hdf5_fixture(name);
    const auto error = [&](const formats::Hdf5Limits& limits) {
      return message_of<FileError>([&] { Hdf5File(bytes, "x.h5", limits); });
    };
    CHECK(error({.objects = 52}) == "");
    CHECK(error({.objects = 51}) == "[read_hdf5] 'x.h5', '/a/b/c': the file has more than 51 objects");
    CHECK(error({.path = 16}) == "");
    CHECK(error({.path = 15}) == "[read_hdf5] 'x.h5', '/layers': the path of 'dense_10' has more than 15 bytes");
    CHECK(error({.depth = 4}) == "");
    CHECK(error({.depth = 3}) == "[read_hdf5] 'x.h5', '/a/b/c': more than 3 groups inside each other");
  }
}

TEST_CASE("hdf5: what is no HDF5 file, is cut off or begins with something else is refused") {
  const auto error = [](std::span<const std::byte> bytes) {
    return message_of<FileError>([&] { Hdf5File(bytes, "x.h5"); });
  };
  const std::string no_file = "[read_hdf5] 'x.h5', '/': not an HDF5 file; expected one whose first bytes are \\x89HDF";
  CHECK(error({}) == no_file);
  CHECK(error(std::as_bytes(std::span("PK\3\4 and so on"))) == no_file);
  CHECK(error(hdf5_fixture("user_block")) == no_file);
  for (const char* name : both) {
    FileBytes bytes = hdf5_fixture(name);
    const std::size_t size = bytes.size();
    bytes.resize(size - 1);
    CHECK(error(bytes) ==
          fmt::format("[read_hdf5] 'x.h5', '/': the file is cut off; got {} bytes; expected {}", size - 1, size));
    bytes.resize(size + 100);
    bytes[8] = std::byte{9};
    CHECK(error(bytes) == "[read_hdf5] 'x.h5', '/': superblock of version 9; expected 0 to 3");
  }
}
