# Each examples/NAME.cpp is a program NAME.
cornu_glob(example_sources examples/*.cpp)
if(NOT file_sources)  # those that save models
  list(FILTER example_sources EXCLUDE REGEX "/(text_classifier|reuse_embedding)\\.cpp$")
endif()
foreach(source ${example_sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE cornu::cornu cornu_settings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/examples)
endforeach()
