# cornu_tests: every tests/**/*.cpp in one doctest program; it uses internal headers, and so the static library.
find_package(doctest REQUIRED)
cornu_glob(test_sources tests/*.cpp)
list(FILTER test_sources EXCLUDE REGEX
     "^tests/(benchmarks|consumer|data_race|engine_alone|failing_allocations|fixtures|fuzz|onnx_runtime|other_programs|real_files)/|^tests/hostile/main\\.cpp$")
if(NOT onnx_sources)
  list(FILTER test_sources EXCLUDE REGEX "^tests/framework/onnx/")
endif()
if(CORNU_SANITIZE STREQUAL "thread")  # which does not see the order of the tasks that this file gives to oneTBB itself
  list(FILTER test_sources EXCLUDE REGEX "^tests/threads/host_test\\.cpp$")
endif()
add_executable(cornu_tests ${test_sources})
target_link_libraries(cornu_tests PRIVATE cornu::static cornu_settings doctest::doctest)
target_include_directories(cornu_tests PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(cornu_tests PRIVATE DOCTEST_CONFIG_VOID_CAST_EXPRESSIONS) # CHECK_THROWS of [[nodiscard]]
if(CORNU_SANITIZE)
  target_compile_definitions(cornu_tests PRIVATE CORNU_SANITIZED)
endif()
set_source_files_properties(tests/support/fixture.cpp PROPERTIES
                            COMPILE_DEFINITIONS CORNU_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
target_compile_options(cornu_tests PRIVATE $<$<CONFIG:Release>:-O1>) # compiles faster; the work is in the library
if(file_sources)  # tests of the readers make files that no writer would
  target_link_libraries(cornu_tests PRIVATE FileLibraries::FileLibraries nlohmann_json::nlohmann_json)
endif()
if(onnx_sources)  # the files are read by the library that describes them
  target_link_libraries(cornu_tests PRIVATE OnnxLibraries::OnnxLibraries)
endif()
if(TARGET cornu_command)
  target_sources(cornu_tests PRIVATE $<TARGET_OBJECTS:cornu_command_objects>)
  target_link_libraries(cornu_tests PRIVATE CLI11::CLI11)
endif()
add_test(NAME cornu_tests COMMAND cornu_tests)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_test(NAME kernel_symbols COMMAND ${PROJECT_SOURCE_DIR}/tests/kernel_symbols ${kernel_objects} COMMAND_EXPAND_LISTS)
endif()

# A race between two pieces of a loop, which the thread sanitizer must see.
if(CORNU_SANITIZE STREQUAL "thread")
  add_executable(data_race tests/data_race/main.cpp)
  target_link_libraries(data_race PRIVATE cornu::static cornu_settings)
  add_test(NAME data_race COMMAND setarch ${CMAKE_HOST_SYSTEM_PROCESSOR} --addr-no-randomize $<TARGET_FILE:data_race>)
  set_tests_properties(data_race PROPERTIES PASS_REGULAR_EXPRESSION "WARNING: ThreadSanitizer: data race"
                       ENVIRONMENT TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/data_race/suppressions)
endif()

# Lets one allocation after the other fail: the linker gives it the calls of the store of tensors' memory
# (tests/failing_allocations/allocations.cpp). Sanitizers have an operator new of their own.
if(file_sources AND NOT CORNU_SANITIZE)
  cornu_glob(failing_sources tests/failing_allocations/*.cpp)
  add_executable(failing_allocations ${failing_sources} tests/support/optimizer_cases.cpp)
  target_link_libraries(failing_allocations PRIVATE cornu::static cornu_settings)
  target_include_directories(failing_allocations PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(failing_allocations PRIVATE $<$<CONFIG:Release>:-O1>)
  foreach(function allocate_storageEm allocate_smallEm release_storageEPNS0_7StorageE release_smallEPvm)
    string(REGEX REPLACE "E.*" "" name ${function})  # mangled: the length of the name stands before it
    string(LENGTH ${name} length)
    target_link_options(failing_allocations PRIVATE -Wl,--wrap=_ZN5cornu6detail${length}${function})
  endforeach()
  add_test(NAME failing_allocations COMMAND failing_allocations --every 53)
endif()

# The engine (see framework/README.md) links without the rest of the library.
add_executable(engine_alone tests/engine_alone/main.cpp ${engine_objects})
target_link_libraries(engine_alone PRIVATE cornu_build OpenBLAS::OpenBLAS TBB::tbb Threads::Threads)
add_test(NAME engine_alone COMMAND engine_alone)
add_test(NAME engine_sizes COMMAND ${PROJECT_SOURCE_DIR}/tests/engine_alone/sizes ${engine_objects} --
                                   $<TARGET_OBJECTS:cornu_objects> COMMAND_EXPAND_LISTS)

# The program cornu, given files that lie, within 512 MB (which sanitizers alone exceed).
if(TARGET cornu_command AND file_sources)
  cornu_glob(hostile_sources tests/hostile/*.cpp)
  add_executable(hostile_files ${hostile_sources} tests/support/fixture.cpp)
  target_link_libraries(hostile_files PRIVATE cornu::static cornu_settings FileLibraries::FileLibraries)
  target_include_directories(hostile_files PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(hostile_files PRIVATE $<$<CONFIG:Release>:-O1>)
  if(NOT CORNU_SANITIZE)
    add_test(NAME hostile_files COMMAND hostile_files $<TARGET_FILE:cornu_command>)
  endif()
endif()

# What is said of the mistakes of a first day: by the compiler, and whether the list of all can be read.
add_test(NAME mistakes_at_compile_time COMMAND ${PROJECT_SOURCE_DIR}/tests/mistakes/compile ${include_dir} ${CMAKE_CXX_COMPILER})
add_test(NAME mistakes_list COMMAND ${PROJECT_SOURCE_DIR}/tests/mistakes/list --check)

# Of each class of Keras it is known whether it is here, and what proves it.
add_test(NAME keras_classes COMMAND ${PROJECT_SOURCE_DIR}/tests/keras_classes/list --check)

# The changes that `./tests/run --mutants` makes have their places in the sources; they are not made here.
add_test(NAME mutants_list COMMAND ${PROJECT_SOURCE_DIR}/tests/mutants/run check)

# Published files of Keras, which are no part of the repository: tests/real_files/run builds and runs it.
if(file_sources)
  add_executable(real_files EXCLUDE_FROM_ALL tests/real_files/main.cpp)
  target_link_libraries(real_files PRIVATE cornu::static cornu_settings)
endif()

# Files of gensim, NumPy, safetensors and PyTorch on their way there and back: tests/other_programs/run.
if(file_sources)
  add_executable(other_programs EXCLUDE_FROM_ALL tests/other_programs/main.cpp)
  target_link_libraries(other_programs PRIVATE cornu::static cornu_settings)
endif()
add_test(NAME room_order COMMAND ${PROJECT_SOURCE_DIR}/tests/room_order_can_fail)

# What onnxruntime is held to; tests/onnx_runtime/run does it.
if(onnx_sources)
  add_executable(onnx_models EXCLUDE_FROM_ALL tests/onnx_runtime/models.cpp tests/onnx_runtime/attention_models.cpp
    tests/onnx_runtime/family_models.cpp tests/onnx_runtime/window_models.cpp)
  target_include_directories(onnx_models PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(onnx_models PRIVATE cornu::static cornu_settings)
endif()
