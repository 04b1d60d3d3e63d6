// Inputs: .npy, .npz, tables, words, and backups of a training.
#include <cstddef>
#include <utility>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/formats/zip/writer.hpp>

#include "tests/hostile/members.hpp"

namespace cornu::testing {

namespace {

std::string npy(const std::string& description, const std::string& shape, const std::string& elements) {
  std::string header = "{'descr': '" + description + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize((header.size() + 10 + 64) / 64 * 64 - 10, ' ');
  header.back() = '\n';
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header + elements;
}

HostileFile array(std::string kind, std::string bytes, std::string error) {
  return {std::move(kind), HostileUse::data, {"x.npy", std::move(bytes)}, std::move(error)};
}

HostileFile arrays(std::string kind, std::string bytes, std::string error) {
  return {std::move(kind), HostileUse::data, {"x.npz", std::move(bytes)}, std::move(error)};
}

HostileFile table(std::string kind, std::string bytes, std::string error) {
  return {std::move(kind), HostileUse::data, {"x.csv", std::move(bytes)}, std::move(error)};
}

std::string npz(const std::string& content, const std::string& name = "x.npy", bool deflated = true) {
  return formats::zip_bytes({{.name = name, .parts = {formats::as_part(content)}, .deflated = deflated}});
}

std::string two_with(std::size_t field, std::uint64_t number) {
  const std::string content = npy("<f4", "(1, 3)", std::string(12, '\0'));
  std::string bytes = formats::zip_bytes({{.name = "x.npy", .parts = {formats::as_part(content)}},
                                          {.name = "y.npy", .parts = {formats::as_part(content)}}});
  const std::size_t first = bytes.find("PK\x01\x02"), second = bytes.find("PK\x01\x02", first + 1);
  put(bytes, second + field, number, 4);
  return bytes;
}

std::vector<HostileFile> hostile_arrays() {
  const std::string three(12, '\0'), pickle = "\x80\x04]\x94.", good = npy("<f4", "(1, 3)", three);
  std::string long_header = good;
  long_header[6] = 2;
  put(long_header, 8, 0xFFFFFFF0, 4);
  return {array("an empty .npy", "", "too short"),
          array("a text as .npy", "hello, world, how are you", "not a file of numpy.save"),
          array("a truncated .npy", good.substr(0, good.size() - 4), "not as long as it says"),
          array("10^12 rows in a .npy", npy("<f4", "(1000000000000, 3)", three), "not as long as it says"),
          array("a .npy beyond 64 bits", npy("<f4", "(4294967296, 4294967296)", three), "larger than any file"),
          array("negative rows in a .npy", npy("<f4", "(-1, 3)", three), "not a header of numpy.save"),
          array("a pickle in a .npy", npy("|O", "(1, 3)", pickle), "a pickle that could run any program"),
          array("a header of 4 GB", long_header, "a header of 4294967280 bytes"),
          array("records in a .npy", npy("V16", "(1, 3)", three), "dtype 'V16' is not supported"),
          arrays("a text as .npz", "hello, world", "not a zip archive"),
          arrays("a truncated .npz", npz(good).substr(0, 100), "truncated"),
          arrays("a .npz that says more than it holds", npz(npy("<f4", "(1000000000000, 3)", three)),
                 "not as long as it says"),
          arrays("a pickle in a .npz", npz(npy("|O", "(1, 3)", pickle)), "a pickle that could run any program"),
          arrays("a bomb in a .npz", npz(npy("<f4", "(20971520,)", std::string(std::size_t{80} << 20, '\0'))),
                 "unpack to more than"),
          arrays("members that overlap in a .npz", two_with(42, 0), "says something else"),
          arrays("a member longer than the .npz", two_with(20, 0xFFFFFF), "'y.npy'"),
          arrays("no array in a .npz", npz("hello, world, how are you", "x.txt", false), "not a file of numpy.save")};
}

std::vector<HostileFile> hostile_texts() {
  return {table("an empty .csv", "", "has no lines"),
          table("bytes as .csv", std::string("\0\xFF\x80,1\n", 6), "line 1"),
          table("a .csv of uneven rows", "1,2,3\n1,2\n", "line 2: got 2 cells; expected 3"),
          table("a quote that is not closed in a .csv", "1,2,3\n1,\"2,3\n", "line 2: a quote is not closed"),
          table("text behind a quote in a .csv", "1,\"2\"3,4\n", "line 1: text behind a closing quote"),
          table("no numbers in a .csv", "1,2,nan\n", "expected a finite number"),
          table("too large a number in a .csv", "1,2,1e99\n", "expected a finite number"),
          table("a line of 10 MB", std::string(std::size_t{10} << 20, ','),
                "has too many columns; got 10485761; expected at most 100000"),
          {"too few words", HostileUse::words, {"words.txt", "a\nb\n"}, "2 lines; expected 8"},
          {"words that are bytes",
           HostileUse::words,
           {"words.txt", std::string("\0\xFF\n\x80", 4)},
           "2 lines; expected 8"}};
}

// Of a model without weights, at that epoch.
std::string backup_of_nothing(std::int64_t epoch) {
  formats::Hdf5Writer writer("backup");
  writer.add_group("/cornu");
  writer.set_attribute("/cornu", "next_epoch", epoch);
  return archive_of({members_of("dense").config, writer.finish().join()});
}

}  // namespace

std::vector<HostileFile> hostile_data() {
  std::vector<HostileFile> all = hostile_arrays();
  for (HostileFile& file : hostile_texts()) all.push_back(std::move(file));
  const auto backup = [&](std::string kind, std::string bytes, std::string error) {
    all.push_back({std::move(kind), HostileUse::checkpoint, {"latest.keras", std::move(bytes)}, std::move(error)});
  };
  const std::string good = keras_file("dense");
  backup("a text as a backup", "hello, world", "expected a zip archive");
  backup("a truncated backup", good.substr(0, 5000), "truncated");
  backup("a model that is no backup", good, "does not say at which epoch");
  backup("a backup of another model", backup_of_nothing(1), "are not those of the model");
  backup("a backup before the first epoch", backup_of_nothing(-1), "does not say at which epoch");
  return all;
}

}  // namespace cornu::testing
