#include <cornu/framework/formats/zip/member.hpp>

#include <doctest/doctest.h>

using cornu::formats::fault_of_member_name;

TEST_CASE("member name: files and folders below the archive's own have no fault") {
  for (const char* name : {"a", "a.npy", "assets/", "assets/layers/x.txt", "größe", "a..b", "..a", "a b", "..."})
    CHECK(fault_of_member_name(name).empty());
}

TEST_CASE("member name: what would leave the folder, or hide, has one") {
  CHECK(fault_of_member_name("") == "is empty");
  CHECK(fault_of_member_name("/etc/passwd") == "is absolute");
  CHECK(fault_of_member_name("/") == "is absolute");
  for (const char* name : {"..", "../x", "a/../x", "a/.."})
    CHECK(fault_of_member_name(name) == "leads out of the archive");
  for (const char* name : {".", "./a", "a//b", "a/./b", "a//"})
    CHECK(fault_of_member_name(name) == "has an empty part");
  CHECK(fault_of_member_name("a\\b") == "holds a backslash");
  CHECK(fault_of_member_name(std::string_view("a\0b", 3)) == "holds a control character");
  CHECK(fault_of_member_name("a\nb") == "holds a control character");
  CHECK(fault_of_member_name("\xFF") == "is not UTF-8");
}
