#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using formats::Hdf5Kind;

TEST_CASE("hdf5: what is not supported is refused by name, with its path, when it is read") {
  const std::string type = "the type of its elements is ", not_supported = ", which is not supported";
  const std::string filter = "; expected deflate, shuffle or fletcher32";
  const std::pair<const char*, std::string> refused[] = {
      {"soft", "is a soft link" + not_supported},
      {"external", "is a link into another file" + not_supported},
      {"compound", type + "a compound" + not_supported},
      {"array", type + "a compound" + not_supported},
      {"complex", type + "a compound" + not_supported},
      {"reference", type + "a reference" + not_supported},
      {"ragged", type + "a list of variable length" + not_supported},
      {"enumeration", type + "an enumeration" + not_supported},
      {"type", "is neither a group nor a dataset"},
      {"committed", "the datatype is stored elsewhere (shared or committed)" + not_supported},
      {"lzf", "the filter pipeline has filter 32000 (lzf)" + not_supported + filter},
      {"scaled", "the filter pipeline has filter 6 (scale-offset)" + not_supported + filter},
      {"elsewhere", "its elements are stored in other files" + not_supported}};
  for (const std::string name : {"refused_old", "refused_new"}) {
    const Hdf5Fixture file(name);
    for (const auto& [path, message] : refused)
      CHECK(message_of<FileError>([&, path = path] { file.read(path); }) ==
            fmt::format("[read_hdf5] '{}', '/{}': {}", name, path, message));
    CHECK(same_bits(file.read("value"), fixture_numbers({3})));
    CHECK(file.at("soft").kind() == Hdf5Kind::other);
    CHECK(file.at("/").children().size() == 14);
  }
  CHECK(message_of<FileError>([] { Hdf5Fixture("virtual_new").read("virtual"); }) ==
        "[read_hdf5] 'virtual_new', '/virtual': the layout is that of a virtual dataset, which is not supported");
}
