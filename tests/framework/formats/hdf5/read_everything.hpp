#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>

namespace cornu::testing {

/// What could be read of a file, and how often something was refused.
struct Everything {
  std::size_t objects = 0, datasets = 0, attributes = 0, refused = 0;

  template <class F>
  void attempt(F&& read) {
    try {
      read();
    } catch (const FileError&) {
      ++refused;
    }
  }
};

/// Reads each attribute as everything that it may be.
inline void read_attributes(const formats::Hdf5Object& object, Everything& all) {
  all.attempt([&] {
    for (const std::string& name : object.attribute_names()) {
      ++all.attributes;
      all.attempt([&] { object.string_attribute(name); });
      all.attempt([&] { object.strings_attribute(name); });
      all.attempt([&] { object.integer_attribute(name); });
      all.attempt([&] { object.floating_attribute(name); });
    }
  });
}

inline void read_dataset(const formats::Hdf5Object& object, Everything& all) {
  all.attempt([&] {
    const formats::Hdf5Dataset dataset = object.dataset();
    ++all.datasets;
    dataset.place();
    all.attempt([&] { dataset.read(); });
    all.attempt([&] { dataset.read_int8(); });
    all.attempt([&] { dataset.read_strings(); });
  });
}

/// Reads all that a file has. Throws FileError when it cannot be opened, and nothing else, whatever the bytes are.
inline Everything read_everything(std::span<const std::byte> bytes, const formats::Hdf5Limits& limits) {
  const formats::Hdf5File file(bytes, "file.h5", limits);
  Everything all;
  std::vector<formats::Hdf5Object> todo{file.root()};
  while (!todo.empty()) {
    const formats::Hdf5Object object = todo.back();
    todo.pop_back();
    ++all.objects;
    read_attributes(object, all);
    read_dataset(object, all);
    for (formats::Hdf5Object& child : object.children()) todo.push_back(std::move(child));
  }
  return all;
}

}  // namespace cornu::testing
