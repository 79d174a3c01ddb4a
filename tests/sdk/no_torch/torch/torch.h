#error "this header is for sources that need no Torch"
