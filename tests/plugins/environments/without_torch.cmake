# Fails when a source of an environment plugin includes a header of LibTorch, directly or through others.
function(headers_of source result)
  execute_process(COMMAND ${COMPILER} -std=c++20 -DAT_PER_OPERATOR_HEADERS -I${SOURCE_FOLDER}/sdk/include -M ${source}
    OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^ \n]*/(ATen|c10|torch)/[^ \n]*" torch_headers "${headers}")
  set(${result} "${torch_headers}" PARENT_SCOPE)
endfunction()

file(GLOB sources ${SOURCE_FOLDER}/plugins/env_*/*.cpp)
if(NOT sources)
  message(FATAL_ERROR "no environment plugin under ${SOURCE_FOLDER}/plugins")
endif()
foreach(source ${sources})
  headers_of(${source} found)
  if(found)
    list(GET found 0 first)
    message(SEND_ERROR "${source} includes ${first}; environments do without LibTorch")
  endif()
endforeach()

# The check itself: a loss includes LibTorch.
headers_of(${SOURCE_FOLDER}/plugins/loss_mse/mse.cpp found)
if(NOT found)
  message(FATAL_ERROR "the headers of LibTorch are not recognised")
endif()
