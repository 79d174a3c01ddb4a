# weft_add_test(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...] [PLUGINS TARGET...])
#
# A test program of Catch2 with one CTest entry, which finds the plugins of this build by name
# (weft/testing/bench.h). With TORCH as weft_add_plugin has it.
function(weft_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LIBRARIES;PLUGINS")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weft_add_test(${name}): write weft_add_test(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...] [PLUGINS TARGET...])")
  endif()
  find_package(Catch2 2 REQUIRED)
  find_package(tomlplusplus REQUIRED)
  if(NOT TARGET weft_catch_main)  # Catch2's own main is compiled once
    add_library(weft_catch_main OBJECT ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/catch_main.cpp)
    target_link_libraries(weft_catch_main PRIVATE Catch2::Catch2)
    target_compile_options(weft_catch_main PRIVATE -O0)  # compiles in a third of the time
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE weft_catch_main weft::testing Catch2::Catch2 tomlplusplus::tomlplusplus
    ${CMAKE_DL_LIBS} ${arg_LIBRARIES})
  target_compile_definitions(${name} PRIVATE WEFT_PLUGIN_FOLDER="${PROJECT_BINARY_DIR}/lib/weft/plugins")
  if(arg_TORCH)
    weft_use_torch(${name})
  else()
    target_compile_features(${name} PRIVATE cxx_std_20)
  endif()
  if(arg_PLUGINS)
    add_dependencies(${name} ${arg_PLUGINS})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "OMP_NUM_THREADS=1;OPENBLAS_NUM_THREADS=1;OMP_WAIT_POLICY=passive")
endfunction()
