# weft_add_test(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...] [PLUGINS TARGET...])
#
# Builds a Catch2 test program with one CTest entry. It can load the plugins of this build by name
# (weft/testing/bench.h); PLUGINS are built before it. TORCH has the same meaning as for weft_add_plugin.
function(weft_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LIBRARIES;PLUGINS")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weft_add_test(${name}): missing SOURCES or unexpected argument; the usage is "
      "weft_add_test(NAME [TORCH] SOURCES FILE... [LIBRARIES TARGET...] [PLUGINS TARGET...])")
  endif()
  find_package(Catch2 REQUIRED)  # 2 or 3: weft/testing/catch.h hides the differences
  find_package(tomlplusplus REQUIRED)
  if(NOT TARGET weft_catch_main AND TARGET Catch2::Catch2WithMain)
    add_library(weft_catch_main INTERFACE)
    target_link_libraries(weft_catch_main INTERFACE Catch2::Catch2WithMain)
  elseif(NOT TARGET weft_catch_main)  # Catch2 2: compiles its main once for all tests
    add_library(weft_catch_main OBJECT ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/catch_main.cpp)
    target_link_libraries(weft_catch_main PRIVATE Catch2::Catch2)
    target_compile_options(weft_catch_main PRIVATE -O0)  # a third of the compile time
  endif()
  add_executable(${name} ${arg_SOURCES})
  if(arg_TORCH)  # first, as in weft_add_plugin
    weft_use_torch(${name})
  else()
    target_compile_features(${name} PRIVATE cxx_std_20)
  endif()
  target_link_libraries(${name} PRIVATE weft_catch_main weft::testing Catch2::Catch2 tomlplusplus::tomlplusplus
    ${CMAKE_DL_LIBS} ${arg_LIBRARIES})
  target_compile_definitions(${name} PRIVATE WEFT_PLUGIN_FOLDER="${PROJECT_BINARY_DIR}/lib/weft/plugins")
  if(arg_PLUGINS)
    add_dependencies(${name} ${arg_PLUGINS})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "OMP_NUM_THREADS=1;OPENBLAS_NUM_THREADS=1;OMP_WAIT_POLICY=passive")
endfunction()
